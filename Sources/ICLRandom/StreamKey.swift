/// The Philox key of a named stream in a run.
///
/// key = the first two words of Philox(counter: (h low, h high, 0, 0), key: (seed low, seed high)),
/// where h is the 64-bit FNV-1a hash of the scope's byte and the name's UTF-8. So streams of other
/// names, scopes or seeds are unrelated, also where seeds are neighbours.
public struct StreamKey: Hashable, Sendable {
  public enum Scope: UInt8, Hashable, Sendable {
    /// Drawn anew for every prompt.
    case prompt = 0
    /// Drawn once, from the seed of the run.
    case run = 1
  }

  public let key: SIMD2<UInt32>

  public init(seed: UInt64, stream: String, scope: Scope) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    mix(scope.rawValue)
    for byte in stream.utf8 { mix(byte) }
    let words = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32), 0, 0),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    key = SIMD2(words[0], words[1])
  }
}
