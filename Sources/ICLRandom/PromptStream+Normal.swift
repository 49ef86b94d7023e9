import Glibc

extension PromptStream {
  /// Normal with mean 0 and variance 1: elements first, first + 1, ... of the stream.
  ///
  /// Box–Muller on words (0, 1) and (2, 3) of each block. With k = word >> 8,
  ///
  ///     u = (k0 + 1/2) 2^-24 in Float,  r = sqrt(-2 ln u),  t = 2 pi k1 2^-24,
  ///     (r cos t, r sin t)
  ///
  /// The functions are evaluated in Double and rounded once, so that faster versions have a truth
  /// to be measured against. The largest value is sqrt(50 ln 2) = 5.9.
  public func normal(into values: UnsafeMutableBufferPointer<Float>, from first: Int = 0) {
    var words = SIMD4<UInt32>()
    for index in values.indices {
      let element = first + index
      if index == 0 || element % 4 == 0 { words = block(UInt32(element / 4)) }
      let pair = element % 4 / 2
      let radial = (Float(words[2 * pair] >> 8) + 0.5) * 0x1p-24
      let turn = Self.unit(words[2 * pair + 1])
      values[index] = Float(Self.boxMuller(Double(radial), Double(turn), element % 2))
    }
  }

  /// Normal with mean 0 and variance 1: elements first, first + 1, ... of the stream.
  ///
  /// Box–Muller on the two Doubles of each block: as for Float, with k = bits >> 11 and 2^-53. The
  /// largest value is sqrt(108 ln 2) = 8.7.
  public func normal(into values: UnsafeMutableBufferPointer<Double>, from first: Int = 0) {
    var words = SIMD4<UInt32>()
    for index in values.indices {
      let element = first + index
      if index == 0 || element % 2 == 0 { words = block(UInt32(element / 2)) }
      let radial = (Double(Self.wide(words, 0) >> 11) + 0.5) * 0x1p-53
      values[index] = Self.boxMuller(radial, Self.unit(Self.wide(words, 1)), element % 2)
    }
  }

  /// The first or second normal number of a pair. u > 0 because of the half in its numerator.
  static func boxMuller(_ u: Double, _ turn: Double, _ which: Int) -> Double {
    let radius = (-2 * log(u)).squareRoot()
    let angle = 2 * Double.pi * turn
    return radius * (which == 0 ? cos(angle) : sin(angle))
  }
}
