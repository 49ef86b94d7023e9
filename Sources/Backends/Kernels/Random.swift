import CICLBackend
import Glibc

// Philox4x32-10 for sixteen prompts at once. The numbers are those of ICLRandom's PromptStream:
// counter (block, prompt, step, high halves), key from the seed and the stream's name.

/// Sixteen words in two registers: each is the low half of a 64-bit lane, the words with even numbers
/// in one and those with odd numbers in the other. What stands in the high halves does not matter, so
/// the product of a round needs no rearranging: its low half is where the next round wants it.
private struct SpreadWords {
  typealias Half = SIMD8<UInt64>
  var even: Half
  var odd: Half

  @inline(__always) init(_ words: Words) {
    even = unsafeBitCast(words, to: Half.self)
    odd = even &>> Half(repeating: 32)
  }
  @inline(__always) init(even: Half, odd: Half) {
    self.even = even
    self.odd = odd
  }

  @inline(__always) var words: Words {
    let low = Half(repeating: 0xFFFF_FFFF)
    return unsafeBitCast((even & low) | (odd &<< Half(repeating: 32)), to: Words.self)
  }

  /// 64-bit products of the words.
  @inline(__always) func multiplied(_ constant: UInt32) -> Self {
    let low = Half(repeating: 0xFFFF_FFFF)
    let factor = Half(repeating: UInt64(constant))
    return Self(even: (even & low) &* factor, odd: (odd & low) &* factor)
  }

  /// The high half of a product, in an exclusive or with a word and a key.
  @inline(__always) func high(_ other: Self, _ key: UInt32) -> Self {
    let shift = Half(repeating: 32)
    let key = Half(repeating: UInt64(key))
    return Self(
      even: (even &>> shift) ^ other.even ^ key, odd: (odd &>> shift) ^ other.odd ^ key)
  }
}

@inline(__always)
private func philox(
  _ block: UInt32, _ prompt: Words, _ step: UInt32, _ top: Words, _ key: (UInt32, UInt32)
) -> (Words, Words, Words, Words) {
  var c0 = SpreadWords(Words(repeating: block))
  var c1 = SpreadWords(prompt)
  var c2 = SpreadWords(Words(repeating: step))
  var c3 = SpreadWords(top)
  var k0 = key.0
  var k1 = key.1
  for _ in 0..<10 {
    let p0 = c0.multiplied(0xD251_1F53)
    let p1 = c2.multiplied(0xCD9E_8D57)
    (c0, c1, c2, c3) = (p1.high(c1, k0), p1, p0.high(c3, k1), p0)
    k0 &+= 0x9E37_79B9
    k1 &+= 0xBB67_AE85
  }
  return (c0.words, c1.words, c2.words, c3.words)
}

/// The word's top 24 bits as a whole number, exactly.
@inline(__always) private func whole24(_ word: Words) -> Floats {
  let value = word &>> Words(repeating: 8)
  let magic = Words(repeating: 0x4B00_0000)
  let high = floats((value &>> Words(repeating: 12)) | magic) - 8_388_608
  let low = floats((value & Words(repeating: 4095)) | magic) - 8_388_608
  return high * 4096 + low
}

@inline(__always) private func boxMuller(_ a: Words, _ b: Words) -> (Floats, Floats) {
  let u = (whole24(a) + 0.5) * 5.960_464_477_539_063e-8
  let radius = icl_square_root_f32(logNormal(u) * -2)
  // The angle 2π v in quarter turns is 4 v = k + r with r in [-1/2, 1/2], exact in Float.
  let quarters = whole24(b) * 2.384_185_791_015_625e-7
  let shifted = quarters + roundingMagic
  let r = (quarters - (shifted - roundingMagic)) * 1.570_796_326_8
  let (sine, cosine) = turned(sinCosReduced(r), quarters: bits(shifted))
  return (radius * cosine, radius * sine)
}

/// Where a tile's prompts stand in the stream.
private struct TileCounter {
  let prompt: Words
  let top: Words
  let step: UInt32

  @inline(__always) init(_ tile: UnsafePointer<icl_tile>, vector: Int) {
    let first = tile.pointee.first_prompt &+ UInt64(16 * vector)
    let stepNumber = tile.pointee.step
    var prompt = Words.zero
    var top = Words.zero
    for lane in 0..<16 {
      let index = first &+ UInt64(lane)
      prompt[lane] = UInt32(truncatingIfNeeded: index)
      top[lane] =
        UInt32(truncatingIfNeeded: (index &>> 32) & 0xFFFF)
        | UInt32(truncatingIfNeeded: (stepNumber &>> 32) & 0xFFFF) << 16
    }
    self.prompt = prompt
    self.top = top
    step = UInt32(truncatingIfNeeded: stepNumber)
  }
}

/// Arguments: out, count, key word 0, key word 1, vectors in an element. Variant 1 uniform, 2 normal.
@inline(__always)
func randomFloats(
  _ arguments: inout Arguments, _ variant: UInt16, _ tile: UnsafePointer<icl_tile>
) {
  let out = arguments.target(FloatLanes.self)
  let count = arguments.integer()
  let key = (
    UInt32(truncatingIfNeeded: arguments.integer()), UInt32(truncatingIfNeeded: arguments.integer())
  )
  let vectors = arguments.integer()
  for vector in 0..<vectors {
    let at = TileCounter(tile, vector: vector)
    let out = out + vector
    var element = 0
    var block: UInt32 = 0
    while element < count {
      let (w0, w1, w2, w3) = philox(block, at.prompt, at.step, at.top, key)
      let values: (Floats, Floats, Floats, Floats)
      if variant == 1 {
        let unit: Float = 5.960_464_477_539_063e-8
        values = (whole24(w0) * unit, whole24(w1) * unit, whole24(w2) * unit, whole24(w3) * unit)
      } else {
        let first = boxMuller(w0, w1)
        let second = boxMuller(w2, w3)
        values = (first.0, first.1, second.0, second.1)
      }
      out[element * vectors].value = values.0
      if element + 1 < count { out[(element + 1) * vectors].value = values.1 }
      if element + 2 < count { out[(element + 2) * vectors].value = values.2 }
      if element + 3 < count { out[(element + 3) * vectors].value = values.3 }
      element += 4
      block &+= 1
    }
  }
}

/// As `randomFloats`, with two Doubles of 53 bits from a block.
@inline(__always)
func randomDoubles(
  _ arguments: inout Arguments, _ variant: UInt16, _ tile: UnsafePointer<icl_tile>
) {
  let out = arguments.target(DoubleLanes.self)
  let count = arguments.integer()
  let key = (
    UInt32(truncatingIfNeeded: arguments.integer()), UInt32(truncatingIfNeeded: arguments.integer())
  )
  let vectors = arguments.integer()
  for vector in 0..<vectors {
    let at = TileCounter(tile, vector: vector)
    let out = out + vector
    var element = 0
    var block: UInt32 = 0
    while element < count {
      let (w0, w1, w2, w3) = philox(block, at.prompt, at.step, at.top, key)
      var first = DoubleLanes(0)
      var second = DoubleLanes(0)
      for lane in 0..<16 {
        let a = (UInt64(w0[lane]) | UInt64(w1[lane]) << 32) >> 11
        let b = (UInt64(w2[lane]) | UInt64(w3[lane]) << 32) >> 11
        if variant == 1 {
          first.value[lane] = Double(a) * 0x1p-53
          second.value[lane] = Double(b) * 0x1p-53
        } else {
          let radius = (-2 * Glibc.log((Double(a) + 0.5) * 0x1p-53)).squareRoot()
          let angle = 2 * Double.pi * (Double(b) * 0x1p-53)
          first.value[lane] = radius * Glibc.cos(angle)
          second.value[lane] = radius * Glibc.sin(angle)
        }
      }
      out[element * vectors] = first
      if element + 1 < count { out[(element + 1) * vectors] = second }
      element += 2
      block &+= 1
    }
  }
}
