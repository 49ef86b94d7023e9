import Glibc

// The functions of the C library under names that do not clash with a variable.

func power(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
func cubeRoot(_ x: Double) -> Double { Glibc.cbrt(x) }
func logarithm(_ x: Double) -> Double { Glibc.log(x) }
func exponential(_ x: Double) -> Double { Glibc.exp(x) }
