import ICLEngine
import ICLGraph
import Testing

/// An expression of constants, and its values as computed by hand or with NumPy.
struct ValueCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let shape: Shape
  let expected: [Double]
  let build: @Sendable (inout Graph) throws -> NodeID

  init(
    _ name: String, _ shape: Shape, _ expected: [Double],
    _ build: @escaping @Sendable (inout Graph) throws -> NodeID
  ) {
    testDescription = name
    self.shape = shape
    self.expected = expected
    self.build = build
  }
}

/// The largest distance between elements; infinite where the counts differ.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { largest, pair in
    pair.0 == pair.1
      ? largest : max(largest, abs(pair.0 - pair.1).isNaN ? .infinity : abs(pair.0 - pair.1))
  }
}
