import GraphCases
import ICLEngine
import ICLGraph
import Testing

/// Sums over many prompts, where a pass over an element is several vectors long and products of all of
/// them are one contraction.
@Suite struct BatchSumTests {
  static let kinds = ["product", "square", "outer product", "contraction", "matrix"]

  /// One summand of each kind that an instruction adds to the accumulator directly.
  private func summand(_ kind: String, _ graph: inout Graph, _ x: NodeID, _ y: NodeID) throws
    -> NodeID
  {
    switch kind {
    case "product": try graph.binary(.multiply, x, y)
    case "square": graph.unary(.square, x)
    case "outer product": try graph.einsum("ij,ik->ijk", x, y)
    case "contraction": try graph.einsum("ij,ij->", x, y)
    default: try graph.einsum("ij,ik->jk", x, y)
    }
  }

  /// Rounding of n = 4096 terms is √n units of the last place where errors are independent; in single
  /// precision the partial sums are short, so that it is an eighth of that.
  @Test(arguments: kinds, [1, 4, 8])
  func keepTheirDigits(_ kind: String, _ vectors: Int) throws {
    for domain in [Domain.positive, .signed] {
      var scene = Scene()
      scene.prompts = 2048
      var generator = SplitMix("\(kind) \(vectors)")
      let x = scene.leaf("x", [2, 3], isBatched: true, domain, &generator)
      let y = scene.leaf("y", [2, 3], isBatched: true, domain, &generator)
      let sum = scene.graph.batchSum(try summand(kind, &scene.graph, x, y))
      // The scale of rounding errors: what the sum is if nothing cancels.
      let absolute = scene.graph.batchSum(
        try summand(
          kind, &scene.graph, scene.graph.unary(.abs, x), scene.graph.unary(.abs, y)))
      let expected = try scene.evaluate([sum, absolute])
      for backend in Backend.Name.allCases where backend.runsHere {
        for (precision, tolerance) in [(Precision.double, 1.4e-14), (.single, 5e-7)] {
          var configuration = EngineConfiguration(precision: precision, backend: backend)
          configuration.vectors = vectors
          let program = try Program(
            scene.graph, roots: [sum], seed: 1, configuration: configuration)
          try program.run(
            .init(
              step: 0, firstPrompt: 0, count: scene.prompts, weight: 1, inputs: scene.values))
          for (element, found) in program.values(of: 0).enumerated() {
            let error = abs(found - expected[0][element]) / expected[1][element]
            #expect(error <= tolerance, "\(backend) \(precision) \(domain): \(error)")
          }
        }
      }
    }
  }
}
