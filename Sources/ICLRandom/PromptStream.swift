/// The random numbers of one stream for one prompt of one step: a pure function of its names.
///
/// Block b is Philox of the counter
///
///     (b, prompt bits 0...31, step bits 0...31, prompt bits 32...47 | step bits 32...47 << 16)
///
/// so numbers do not depend on threads, tiles, order, or how many were drawn before. Steps and
/// prompts count modulo 2^48; a stream has 2^32 blocks of 4 Floats or 2 Doubles.
public struct PromptStream: Hashable, Sendable {
  public let key: SIMD2<UInt32>
  /// The counter of block 0.
  public let origin: SIMD4<UInt32>

  public init(key: StreamKey, step: UInt64, prompt: UInt64) {
    self.key = key.key
    origin = SIMD4(
      0, UInt32(truncatingIfNeeded: prompt), UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: (prompt >> 32) & 0xFFFF)
        | UInt32(truncatingIfNeeded: (step >> 32) & 0xFFFF) << 16)
  }

  /// What is drawn once a run: step 0, prompt 0 of a key whose scope is `run`.
  public init(perRun key: StreamKey) {
    self.init(key: key, step: 0, prompt: 0)
  }

  /// The prompt that the numbers are for, below 2^48.
  public var prompt: UInt64 { UInt64(origin[1]) | UInt64(origin[3] & 0xFFFF) << 32 }

  @inlinable
  public func block(_ index: UInt32) -> SIMD4<UInt32> {
    var counter = origin
    counter[0] = index
    return Philox.block(counter: counter, key: key)
  }
}
