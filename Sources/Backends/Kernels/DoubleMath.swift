import CICLBackend

// The exponential of sixteen doubles, which evaluations of softmax and of posteriors spend most of
// their time in: range reduction and Taylor's polynomial. Error below 1 unit in the last place; what
// is subnormal is rounded once; zeros, infinities and NaN as in libm.

typealias Doubles = SIMD16<Double>
typealias LongWords = SIMD16<UInt64>

@inline(__always) private func fused(_ a: Doubles, _ b: Doubles, _ c: Doubles) -> Doubles {
  #if ICL_FMA
    icl_fused_f64(a, b, c)
  #else
    a * b + c
  #endif
}
@inline(__always) private func fused(_ a: Doubles, _ b: Double, _ c: Doubles) -> Doubles {
  fused(a, Doubles(repeating: b), c)
}
@inline(__always) private func fused(_ a: Doubles, _ b: Doubles, _ c: Double) -> Doubles {
  fused(a, b, Doubles(repeating: c))
}

/// 2^(n - 1023) for 0 < n < 2047.
@inline(__always) private func power(biased n: LongWords) -> Doubles {
  unsafeBitCast(n &<< LongWords(repeating: 52), to: Doubles.self)
}

func expLanes(_ argument: Doubles) -> Doubles {
  // Beyond these the result is 0 and infinity, by the same steps. NaN fails both comparisons.
  let x =
    argument
    .replacing(with: -746, where: argument .< -746)
    .replacing(with: 710, where: argument .> 710)
  // 1.5 * 2^52: adding it rounds to a whole number k that stands in the low bits.
  let magic = Doubles(repeating: 6_755_399_441_055_744)
  let shifted = fused(x, 1.442_695_040_888_963_4, magic)
  let k = shifted - magic
  // ln 2 in two parts, the first with so many zeros that its product with k is exact.
  let high = fused(k, -6.931_471_803_691_238_2e-1, x)
  let r = fused(k, -1.908_214_929_270_587_7e-10, high)
  var p = Doubles(repeating: 1 / 6_227_020_800)
  p = fused(p, r, 1 / 479_001_600)
  p = fused(p, r, 1 / 39_916_800)
  p = fused(p, r, 1 / 3_628_800)
  p = fused(p, r, 1 / 362_880)
  p = fused(p, r, 1 / 40_320)
  p = fused(p, r, 1 / 5_040)
  p = fused(p, r, 1 / 720)
  p = fused(p, r, 1 / 120)
  p = fused(p, r, 1 / 24)
  p = fused(p, r, 1 / 6)
  p = fused(p, r, 0.5)
  let y = fused(p, r * r, r) + 1
  // Two factors, since 2^k itself may be below or above what a double has. k + 2048 is positive.
  let whole =
    unsafeBitCast(shifted, to: LongWords.self) &- unsafeBitCast(magic, to: LongWords.self)
    &+ LongWords(repeating: 2048)
  let half = whole &>> LongWords(repeating: 1)
  let one = LongWords(repeating: 1)
  return y * power(biased: half &- one) * power(biased: whole &- half &- one)
}
