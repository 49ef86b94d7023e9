import GraphCases
import ICLEngine
import ICLGraph
import Testing

@Suite struct EngineAgainstReferenceTests {
  static let cases =
    GradientCase.elementwise + GradientCase.sums + GradientCase.shapes + GradientCase.axes
    + GradientCase.scans + GradientCase.additions + GradientCase.movedRows
    + GradientCase.chains + GradientCase.pairs

  /// Values, gradients, and second derivatives of every operation, as the reference computes them.
  @Test(arguments: cases, Mix.allCases)
  func agreesInValueAndDerivatives(_ example: GradientCase, _ mix: Mix) throws {
    try check(try example.scene(mix), vectors: nil)
    // Two vectors to an element; one prompt more would not be a whole tile.
    try check(try example.scene(mix, prompts: 32), vectors: 2)
  }

  private func check(_ example: (scene: Scene, result: NodeID), vectors: Int?) throws {
    var (scene, result) = example
    let loss = try scene.weighted(result, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    var projection = scene.graph.scalar(0)
    for (number, gradient) in gradients.enumerated() {
      let part = try scene.weighted(gradient, "direction.\(number)")
      projection = try scene.graph.binary(.add, projection, part)
    }
    let products = try scene.graph.gradients(of: projection, for: scene.leaves)
    let roots = [result, loss] + gradients + products
    let expected = try scene.evaluate(roots)
    for backend in Backend.Name.allCases where backend.runsHere {
      for (precision, tolerance) in [(Precision.double, 1e-12), (.single, 2e-5)] {
        var configuration = EngineConfiguration(precision: precision, backend: backend)
        configuration.vectors = vectors
        try expectAgreement(scene, roots, expected, configuration, tolerance)
      }
    }
  }

  private func expectAgreement(
    _ scene: Scene, _ roots: [NodeID], _ expected: [[Double]],
    _ configuration: EngineConfiguration, _ tolerance: Double
  ) throws {
    let program = try Program(scene.graph, roots: roots, seed: 1, configuration: configuration)
    try program.run(
      Program.Batch(
        step: 0, firstPrompt: 0, count: scene.prompts, weight: 1 / Double(scene.prompts),
        inputs: scene.values))
    for (index, values) in expected.enumerated() {
      let found = program.values(of: index)
      try #require(found.count == values.count)
      let norm = values.reduce(1) { max($0, abs($1)) }
      let error = zip(found, values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(
        error <= tolerance * norm,
        "root \(index), \(configuration): error \(error), norm \(norm)")
    }
  }
}

extension GradientCase: CustomTestStringConvertible {}
