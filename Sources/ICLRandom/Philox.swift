/// Philox4x32-10: a bijection of 128-bit counters for every 64-bit key, with no state.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// section 3.3; the constants and the order of words are those of Random123.
public enum Philox {
  public static let multiplier0: UInt32 = 0xD251_1F53
  public static let multiplier1: UInt32 = 0xCD9E_8D57
  /// Added to the key between rounds: the golden ratio and sqrt(3) - 1, in 32 bits.
  public static let keyStep = SIMD2<UInt32>(0x9E37_79B9, 0xBB67_AE85)
  public static let rounds = 10

  /// Four random words for a counter.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var words = counter
    var key = key
    for _ in 0..<rounds {
      let product0 = UInt64(words[0]) &* UInt64(multiplier0)
      let product1 = UInt64(words[2]) &* UInt64(multiplier1)
      words = SIMD4(
        UInt32(truncatingIfNeeded: product1 >> 32) ^ words[1] ^ key[0],
        UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 >> 32) ^ words[3] ^ key[1],
        UInt32(truncatingIfNeeded: product0))
      key &+= keyStep
    }
    return words
  }
}
