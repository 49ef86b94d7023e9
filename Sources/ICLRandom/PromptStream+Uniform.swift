extension PromptStream {
  /// Uniform in [0, 1): elements first, first + 1, ... of the stream.
  ///
  /// Element e is word w = e mod 4 of block e / 4: (w >> 8) 2^-24, a multiple of 2^-24.
  public func uniform(into values: UnsafeMutableBufferPointer<Float>, from first: Int = 0) {
    var words = SIMD4<UInt32>()
    for index in values.indices {
      let element = first + index
      if index == 0 || element % 4 == 0 { words = block(UInt32(element / 4)) }
      values[index] = Self.unit(words[element % 4])
    }
  }

  /// Uniform in [0, 1): elements first, first + 1, ... of the stream.
  ///
  /// Element e is the pair u = word 0 | word 1 << 32 (e even), word 2 | word 3 << 32 (e odd) of
  /// block e / 2: (u >> 11) 2^-53, a multiple of 2^-53.
  public func uniform(into values: UnsafeMutableBufferPointer<Double>, from first: Int = 0) {
    var words = SIMD4<UInt32>()
    for index in values.indices {
      let element = first + index
      if index == 0 || element % 2 == 0 { words = block(UInt32(element / 2)) }
      values[index] = Self.unit(Self.wide(words, element % 2))
    }
  }

  /// The 64 bits of the first or second half of a block.
  static func wide(_ words: SIMD4<UInt32>, _ half: Int) -> UInt64 {
    UInt64(words[2 * half]) | UInt64(words[2 * half + 1]) << 32
  }

  static func unit(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  static func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }
}
