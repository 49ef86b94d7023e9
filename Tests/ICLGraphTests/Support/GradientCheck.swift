import GraphCases
import ICLGraph
import Testing

extension Scene {
  /// Compares gradients with central differences, extrapolated to a step of zero.
  func expectGradients(
    of scalar: NodeID, are gradients: [NodeID], tolerance: Double = 1e-7,
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try evaluate(gradients)
    for (leaf, gradient) in zip(leaves, found) {
      let name = name(of: leaf)
      // A batched target whose derivative is the same for all prompts has it once.
      let size = values[name]!.count
      let found = gradient.count == size ? gradient : (0..<prompts).flatMap { _ in gradient }
      #expect(found.count == size, comment, sourceLocation: sourceLocation)
      let expected = try (0..<size).map { try difference(scalar, name, $0) }
      let norm = expected.reduce(0) { max($0, abs($1)) }
      let error = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(
        error <= tolerance * max(1, norm),
        "gradient for \(name): error \(error), norm \(norm), \(comment?.rawValue ?? "")",
        sourceLocation: sourceLocation)
    }
  }

  private func difference(_ scalar: NodeID, _ name: String, _ element: Int) throws -> Double {
    func central(_ step: Double) throws -> Double {
      var moved = values
      moved[name]![element] += step
      let above = try evaluate([scalar], moved)[0][0]
      moved[name]![element] -= 2 * step
      return (above - (try evaluate([scalar], moved)[0][0])) / (2 * step)
    }
    // Two extrapolations leave an error of the step's sixth power.
    let step = 4e-4
    let coarse = try central(step)
    let middle = try central(step / 2)
    let fine = try central(step / 4)
    let first = (4 * middle - coarse) / 3
    let second = (4 * fine - middle) / 3
    return (16 * second - first) / 15
  }
}

extension GradientCase: CustomTestStringConvertible {}
