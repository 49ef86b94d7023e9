import Glibc

// The functions of the C library under names that do not clash with a variable.

func power(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }
func exponential(_ x: Double) -> Double { Glibc.exp(x) }
func hyperbolicTangent(_ x: Double) -> Double { Glibc.tanh(x) }
func errorFunction(_ x: Double) -> Double { Glibc.erf(x) }
