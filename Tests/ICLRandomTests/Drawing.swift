import ICLRandom

/// Draws as arrays, for tests.
extension PromptStream {
  func uniformFloats(_ count: Int, from first: Int = 0) -> [Float] {
    filled(count) { uniform(into: $0, from: first) }
  }

  func uniformDoubles(_ count: Int, from first: Int = 0) -> [Double] {
    filled(count) { uniform(into: $0, from: first) }
  }

  func normalFloats(_ count: Int, from first: Int = 0) -> [Float] {
    filled(count) { normal(into: $0, from: first) }
  }

  func normalDoubles(_ count: Int, from first: Int = 0) -> [Double] {
    filled(count) { normal(into: $0, from: first) }
  }

  static func of(
    seed: UInt64 = 1, _ name: String = "x", step: UInt64 = 0, prompt: UInt64 = 0
  ) -> PromptStream {
    PromptStream(
      key: StreamKey(seed: seed, stream: name, scope: .prompt), step: step, prompt: prompt)
  }
}

func filled<Scalar: BinaryFloatingPoint>(
  _ count: Int, _ fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
) -> [Scalar] {
  var values = [Scalar](repeating: .nan, count: count)
  values.withUnsafeMutableBufferPointer { fill($0) }
  return values
}
