import CICLBackend
import Glibc

// Elementary functions on sixteen floats, by range reduction and polynomials (the coefficients are
// those of the Cephes library's single-precision functions). Relative error below 2e-7 where the
// result is a normal number; zeros, infinities and NaN as in libm.

typealias Floats = SIMD16<Float>
typealias Words = SIMD16<UInt32>
typealias Integers = SIMD16<Int32>

/// 1.5 * 2^23: adding it rounds to a whole number that stands in the low bits.
@usableFromInline let roundingMagic: Float = 12_582_912

@inline(__always) func bits(_ x: Floats) -> Integers { unsafeBitCast(x, to: Integers.self) }
@inline(__always) func floats(_ x: Integers) -> Floats { unsafeBitCast(x, to: Floats.self) }
@inline(__always) func floats(_ x: Words) -> Floats { unsafeBitCast(x, to: Floats.self) }

@inline(__always) func fused(_ a: Floats, _ b: Floats, _ c: Floats) -> Floats {
  #if ICL_FMA
    icl_fused_f32(a, b, c)
  #else
    a * b + c
  #endif
}
@inline(__always) func fused(_ a: Floats, _ b: Floats, _ c: Float) -> Floats {
  fused(a, b, Floats(repeating: c))
}

/// Whole numbers below 2^22 in magnitude.
@inline(__always) func floats(whole x: Integers) -> Floats {
  floats(x &+ Integers(repeating: 0x4B40_0000)) - roundingMagic
}

@inline(__always) func floorLanes(_ x: Floats) -> Floats { icl_floor_f32(x) }

@inline(__always) func powerOfTwo(_ n: Integers) -> Floats {
  floats((n &+ Integers(repeating: 127)) &<< Integers(repeating: 23))
}

/// Results below the least normal number are 0, as they are where subnormals are flushed.
@inline(__always) func expLanes(_ x: Floats) -> Floats {
  #if ICL_AVX512
    icl_exp_f32(x)
  #else
    expByPolynomial(x)
  #endif
}

@inline(__always) private func expByPolynomial(_ x: Floats) -> Floats {
  let shifted = fused(x, Floats(repeating: 1.442_695_04), roundingMagic)
  let k = shifted - roundingMagic
  var r = fused(k, Floats(repeating: -0.693_359_375), x)
  r = fused(k, Floats(repeating: 2.121_944_4e-4), r)
  var p = Floats(repeating: 1.987_569_15e-4)
  p = fused(p, r, 1.398_199_950_7e-3)
  p = fused(p, r, 8.333_451_907_3e-3)
  p = fused(p, r, 4.166_579_589_4e-2)
  p = fused(p, r, 1.666_666_545_9e-1)
  p = fused(p, r, 5.000_000_120_1e-1)
  let y = fused(p, r * r, r) + 1
  // The whole number stands in the low bits; the shift drops all above it.
  let result = floats(bits(y) &+ (bits(shifted) &<< Integers(repeating: 23)))
  // What is not at most the bound is too large, or NaN.
  return
    result
    .replacing(with: 0, where: x .< -87.336_54)
    .replacing(with: x + .infinity, where: .!(x .<= 88.722_84))
}

func logLanes(_ x: Floats) -> Floats {
  let isSmall = x .< 1.175_494_4e-38
  let scaled = x.replacing(with: x * 8_388_608, where: isSmall)
  let exponent = Floats.zero.replacing(with: -23, where: isSmall)
  return
    logNormal(scaled, exponent)
    .replacing(with: -Float.infinity, where: x .== 0)
    .replacing(with: Float.nan, where: x .< 0)
    .replacing(with: x, where: (x .!= x) .| (x .== Float.infinity))
}

/// log(2^exponent x) of normal numbers x > 0.
@inline(__always) func logNormal(_ x: Floats, _ exponent: Floats = .zero) -> Floats {
  let word = bits(x)
  // Mantissa in [sqrt(1/2), sqrt(2)).
  let e = ((word &- Integers(repeating: 0x3F35_04F3)) &>> Integers(repeating: 23))
  let m = floats(word &- (e &<< Integers(repeating: 23)))
  let k = floats(whole: e) + exponent
  let f = m - 1
  let z = f * f
  var p = Floats(repeating: 7.037_683_629_2e-2)
  p = fused(p, f, -1.151_461_031_0e-1)
  p = fused(p, f, 1.167_699_874_0e-1)
  p = fused(p, f, -1.242_014_084_6e-1)
  p = fused(p, f, 1.424_932_278_7e-1)
  p = fused(p, f, -1.666_805_766_5e-1)
  p = fused(p, f, 2.000_071_476_5e-1)
  p = fused(p, f, -2.499_999_399_3e-1)
  p = fused(p, f, 3.333_333_117_4e-1)
  var y = p * f * z
  y = fused(k, Floats(repeating: -2.121_944_4e-4), y)
  y = fused(z, Floats(repeating: -0.5), y)
  return fused(k, Floats(repeating: 0.693_359_375), f + y)
}

/// sin and cos of an angle in [-π/4, π/4].
@inline(__always) func sinCosReduced(_ r: Floats) -> (sin: Floats, cos: Floats) {
  let z = r * r
  var s = Floats(repeating: -1.951_529_589_1e-4)
  s = fused(s, z, 8.332_160_873_6e-3)
  s = fused(s, z, -1.666_665_461_1e-1)
  let sine = fused(s * z, r, r)
  var c = Floats(repeating: 2.443_315_711_809_948e-5)
  c = fused(c, z, -1.388_731_625_493_765e-3)
  c = fused(c, z, 4.166_664_568_298_827e-2)
  let cosine = fused(c * z, z, fused(z, Floats(repeating: -0.5), 1))
  return (sine, cosine)
}

/// Turns the sine and cosine of the remainder by a number of quarter turns.
@inline(__always) func turned(
  _ reduced: (sin: Floats, cos: Floats), quarters: Integers
) -> (sin: Floats, cos: Floats) {
  let isOdd = (quarters & Integers(repeating: 1)) .!= Integers.zero
  let sine = reduced.sin.replacing(with: reduced.cos, where: isOdd)
  let cosine = reduced.cos.replacing(with: reduced.sin, where: isOdd)
  let sineSign = (quarters & Integers(repeating: 2)) &<< Integers(repeating: 30)
  let cosineSign =
    ((quarters &+ Integers(repeating: 1)) & Integers(repeating: 2)) &<< Integers(repeating: 30)
  return (floats(bits(sine) ^ sineSign), floats(bits(cosine) ^ cosineSign))
}

func sinCosLanes(_ x: Floats) -> (sin: Floats, cos: Floats) {
  let isLarge = (x .> 8192) .| (x .< -8192) .| (x .!= x)
  if any(isLarge) {
    var result = (sin: x, cos: x)
    for lane in 0..<16 {
      result.sin[lane] = sinf(x[lane])
      result.cos[lane] = cosf(x[lane])
    }
    return result
  }
  let shifted = fused(x, Floats(repeating: 0.636_619_772), roundingMagic)
  let k = shifted - roundingMagic
  // π/2 in three parts: the first two products are exact for |k| < 8192.
  var r = fused(k, Floats(repeating: -1.570_312_5), x)
  r = fused(k, Floats(repeating: -4.837_512_969_970_703_1e-4), r)
  r = fused(k, Floats(repeating: -7.549_789_948_768_648e-8), r)
  return turned(sinCosReduced(r), quarters: bits(shifted))
}

func tanhLanes(_ x: Floats) -> Floats {
  let magnitude = x.replacing(with: -x, where: x .< 0)
  let z = x * x
  var p = Floats(repeating: -5.704_988_727_45e-3)
  p = fused(p, z, 2.063_908_879_54e-2)
  p = fused(p, z, -5.373_971_555_31e-2)
  p = fused(p, z, 1.333_144_172_1e-1)
  p = fused(p, z, -3.333_328_182_9e-1)
  let small = fused(p * z, x, x)
  let large = 1 - 2 / (expLanes(magnitude + magnitude) + 1)
  let signed = large.replacing(with: -large, where: x .< 0)
  return signed.replacing(with: small, where: magnitude .< 0.625).replacing(with: x, where: x .!= x)
}

func erfLanes(_ x: Floats) -> Floats {
  var result = x
  for lane in 0..<16 { result[lane] = erff(x[lane]) }
  return result
}

func powerLanes(_ x: Floats, _ y: Floats) -> Floats {
  var result = x
  for lane in 0..<16 { result[lane] = powf(x[lane], y[lane]) }
  return result
}
