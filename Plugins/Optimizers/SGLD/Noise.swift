/// Standard normal numbers for one tensor in one step: a pure function of seed, name and step.
///
/// They are those that the host draws in Float for prompt 0 of the stream "sgld." + name: block b is
/// Philox4x32-10 of the counter (b, 0, step bits 0...31, step bits 32...47 << 16), and gives elements
/// 4 b to 4 b + 3 by Box and Muller on its words (0, 1) and (2, 3). Both precisions take the same.
struct Noise {
  /// Numbers that are drawn together: eight blocks side by side.
  static let pieceLength = 32

  private let key: SIMD2<UInt32>
  private let step: UInt64

  init(seed: UInt64, name: String, step: UInt64) {
    // FNV-1a of the scope's byte, 0 for what is drawn anew, and the stream's name.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    mix(0)
    for byte in "sgld.".utf8 { mix(byte) }
    for byte in name.utf8 { mix(byte) }
    let counter = (hash & 0xFFFF_FFFF, hash >> 32, UInt64(0), UInt64(0))
    let words = philox(
      Words(repeating: counter.0), Words(repeating: counter.1), .zero, .zero,
      SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    key = SIMD2(
      UInt32(truncatingIfNeeded: words.0[0]), UInt32(truncatingIfNeeded: words.1[0]))
    self.step = step
  }

  /// Elements 32 piece to 32 piece + 31.
  func values(piece: Int) -> SIMD32<Float> {
    let blocks = Words(repeating: UInt64(8 * piece)) &+ Words(0, 1, 2, 3, 4, 5, 6, 7)
    let words = philox(
      blocks, .zero, Words(repeating: step & 0xFFFF_FFFF),
      Words(repeating: (step >> 32 & 0xFFFF) << 16), key)
    let (a, b) = boxMuller(words.0, words.1)
    let (c, d) = boxMuller(words.2, words.3)
    var result = SIMD32<Float>()
    for block in 0..<8 {
      result[4 * block] = a[block]
      result[4 * block + 1] = b[block]
      result[4 * block + 2] = c[block]
      result[4 * block + 3] = d[block]
    }
    return result
  }
}

/// Eight words of 32 bits, each in 64.
private typealias Words = SIMD8<UInt64>
private typealias Floats = SIMD8<Float>
private typealias Integers = SIMD8<Int32>

/// Salmon, Moraes, Dror and Shaw 2011, for eight counters at once.
private func philox(
  _ w0: Words, _ w1: Words, _ w2: Words, _ w3: Words, _ key: SIMD2<UInt32>
) -> (Words, Words, Words, Words) {
  let low = Words(repeating: 0xFFFF_FFFF)
  let shift = Words(repeating: 32)
  var (c0, c1, c2, c3) = (w0, w1, w2, w3)
  var key = key
  for _ in 0..<10 {
    let p0 = c0 &* Words(repeating: 0xD251_1F53)
    let p1 = c2 &* Words(repeating: 0xCD9E_8D57)
    c0 = (p1 &>> shift) ^ c1 ^ Words(repeating: UInt64(key[0]))
    c1 = p1 & low
    c2 = (p0 &>> shift) ^ c3 ^ Words(repeating: UInt64(key[1]))
    c3 = p0 & low
    key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
  }
  return (c0, c1, c2, c3)
}

/// (r cos t, r sin t) with r = √(-2 ln u), u = (k + 1/2) 2⁻²⁴ and t = 2π k' 2⁻²⁴, where k and k' are
/// the words' upper 24 bits.
private func boxMuller(_ radial: Words, _ turn: Words) -> (Floats, Floats) {
  let u = (upperBits(radial) + 0.5) * 0x1p-24
  let radius = (naturalLogarithm(u) * -2).squareRoot()
  // 4 k' 2⁻²⁴ quarter turns are a whole number and a rest in [-1/2, 1/2], exactly.
  let quarters = upperBits(turn) * 0x1p-22
  let shifted = quarters + roundingMagic
  let rest = (quarters - (shifted - roundingMagic)) * 1.570_796_3
  let whole = unsafeBitCast(shifted, to: Integers.self)
  let (sine, cosine) = sineAndCosine(rest)
  let isOdd = (whole & Integers(repeating: 1)) .!= 0
  let s = sine.replacing(with: cosine, where: isOdd)
  let c = cosine.replacing(with: sine, where: isOdd)
  return (
    radius * signed(c, by: whole &+ Integers(repeating: 1)), radius * signed(s, by: whole)
  )
}

/// 1.5 · 2²³: adding it rounds to a whole number that stands in the low bits.
private let roundingMagic: Float = 12_582_912

/// A word's upper 24 bits as a whole number, exactly.
private func upperBits(_ word: Words) -> Floats {
  let value = SIMD8<UInt32>(truncatingIfNeeded: word) &>> SIMD8(repeating: 8)
  let magic = SIMD8<UInt32>(repeating: 0x4B00_0000)
  let high = (value &>> SIMD8(repeating: 12)) | magic
  let low = (value & SIMD8(repeating: 4095)) | magic
  return (unsafeBitCast(high, to: Floats.self) - 8_388_608) * 4096
    + (unsafeBitCast(low, to: Floats.self) - 8_388_608)
}

/// Minus the value where the number's second bit is set.
private func signed(_ value: Floats, by number: Integers) -> Floats {
  let sign = (number & Integers(repeating: 2)) &<< Integers(repeating: 30)
  return unsafeBitCast(unsafeBitCast(value, to: Integers.self) ^ sign, to: Floats.self)
}

/// Of a number in (0, 1]. The coefficients are those of the Cephes library, as below.
private func naturalLogarithm(_ x: Floats) -> Floats {
  let word = unsafeBitCast(x, to: Integers.self)
  // x = 2ᵉ m with m in [√½, √2).
  let e = (word &- Integers(repeating: 0x3F35_04F3)) &>> Integers(repeating: 23)
  let m = unsafeBitCast(word &- (e &<< Integers(repeating: 23)), to: Floats.self)
  let k =
    unsafeBitCast(e &+ Integers(repeating: 0x4B40_0000), to: Floats.self) - roundingMagic
  let f = m - 1
  let z = f * f
  var p = Floats(repeating: 7.037_683_629_2e-2)
  p = p * f - 1.151_461_031_0e-1
  p = p * f + 1.167_699_874_0e-1
  p = p * f - 1.242_014_084_6e-1
  p = p * f + 1.424_932_278_7e-1
  p = p * f - 1.666_805_766_5e-1
  p = p * f + 2.000_071_476_5e-1
  p = p * f - 2.499_999_399_3e-1
  p = p * f + 3.333_333_117_4e-1
  let y = p * f * z - k * 2.121_944_4e-4 - z * 0.5
  return k * 0.693_359_375 + (f + y)
}

/// Of an angle in [-π/4, π/4].
private func sineAndCosine(_ r: Floats) -> (Floats, Floats) {
  let z = r * r
  var s = Floats(repeating: -1.951_529_589_1e-4)
  s = s * z + 8.332_160_873_6e-3
  s = s * z - 1.666_665_461_1e-1
  var c = Floats(repeating: 2.443_315_711_8e-5)
  c = c * z - 1.388_731_625_5e-3
  c = c * z + 4.166_664_568_3e-2
  return (s * z * r + r, c * z * z - z * 0.5 + 1)
}
