import GraphCases
import ICLGraph
import Testing

@Suite struct DerivativeTests {
  static let cases =
    GradientCase.elementwise + GradientCase.sums + GradientCase.shapes + GradientCase.axes
    + GradientCase.scans + GradientCase.additions + GradientCase.movedRows
    + GradientCase.chains + GradientCase.pairs

  @Test(arguments: cases, Mix.allCases)
  func agreesWithCentralDifferences(_ example: GradientCase, _ mix: Mix) throws {
    var (scene, result) = try example.scene(mix)
    let loss = try scene.weighted(result, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    for (leaf, gradient) in zip(scene.leaves, gradients) {
      #expect(scene.graph.shape(of: gradient) == scene.graph.shape(of: leaf))
      if !scene.graph[leaf].isBatched { #expect(!scene.graph[gradient].isBatched) }
    }
    try scene.expectGradients(of: loss, are: gradients)
  }

  /// The derivative of a gradient's projection on fixed directions: a Hessian–vector product.
  @Test(arguments: cases, Mix.allCases)
  func agreesWithCentralDifferencesWhenAppliedTwice(
    _ example: GradientCase, _ mix: Mix
  ) throws {
    var (scene, result) = try example.scene(mix)
    let loss = try scene.weighted(result, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    var projection = scene.graph.scalar(0)
    for (number, gradient) in gradients.enumerated() {
      let part = try scene.weighted(gradient, "direction.\(number)")
      projection = try scene.graph.binary(.add, projection, part)
    }
    let products = try scene.graph.gradients(of: projection, for: scene.leaves)
    try scene.expectGradients(of: projection, are: products)
  }
}
