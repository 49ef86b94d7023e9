import ICLEngine

/// Gradients shortened to a bound on their norm over all parameters: g min(1, bound / |g|).
///
/// Pascanu, Mikolov and Bengio 2013 (arXiv 1211.5063). The norm is summed in Double in the order of
/// the parameters, so it depends on nothing else. Gradients may share memory, so copies are scaled.
final class GradientClip {
  private let bound: Double
  private let precision: Precision
  private let counts: [Int]
  private let copies: [UnsafeMutableRawPointer]

  init(_ bound: Double, _ parameters: ParameterStore) {
    self.bound = bound
    precision = parameters.precision
    counts = parameters.shapes.map(\.count)
    let size = parameters.precision.size
    copies = counts.map {
      UnsafeMutableRawPointer.allocate(byteCount: max($0, 1) * size, alignment: 64)
    }
  }

  deinit { for copy in copies { copy.deallocate() } }

  /// What is given where it is short enough; else copies, which the next call overwrites.
  func clipped(_ gradients: [UnsafeRawPointer]) -> [UnsafeRawPointer] {
    switch precision {
    case .single: clipped(gradients, Float.self)
    case .double: clipped(gradients, Double.self)
    }
  }

  private func clipped<Scalar: BinaryFloatingPoint>(
    _ gradients: [UnsafeRawPointer], _: Scalar.Type
  ) -> [UnsafeRawPointer] {
    var squares = 0.0
    for (gradient, count) in zip(gradients, counts) {
      let values = gradient.assumingMemoryBound(to: Scalar.self)
      for index in 0..<count { squares += Double(values[index]) * Double(values[index]) }
    }
    let norm = squares.squareRoot()
    guard norm > bound else { return gradients }
    let scale = Scalar(bound / norm)
    for ((gradient, copy), count) in zip(zip(gradients, copies), counts) {
      let values = gradient.assumingMemoryBound(to: Scalar.self)
      let scaled = copy.assumingMemoryBound(to: Scalar.self)
      for index in 0..<count { scaled[index] = scale * values[index] }
    }
    return copies.map { UnsafeRawPointer($0) }
  }
}
