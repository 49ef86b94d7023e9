/// Where a task that samples by itself gets its random numbers: pure functions of the arguments.
public protocol RandomStreams: Sendable {
  /// In [0, 1).
  func uniform(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>)
  /// Mean 0, variance 1.
  func normal(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>)
}
