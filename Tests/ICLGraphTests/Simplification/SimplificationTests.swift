import GraphCases
import ICLEngine
import ICLGraph
import Testing

@Suite struct SimplificationTests {
  /// Values before and after, for every expression whose derivative is tested, and its derivative.
  @Test(arguments: DerivativeTests.cases, Mix.allCases)
  func keepsValuesAndGradients(_ example: GradientCase, _ mix: Mix) throws {
    var (scene, result) = try example.scene(mix)
    let loss = try scene.weighted(result, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    try expectEqual(scene, [result, loss] + gradients)
  }

  @Test(arguments: 0..<200)
  func keepsValuesOfRandomGraphs(_ seed: Int) throws {
    var (scene, root) = try RandomScene.make(seed)
    let loss = try scene.weighted(root, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    try expectEqual(scene, [root])
    try expectEqual(scene, gradients)
    // Simplified first, differentiated then.
    let (graph, roots) = scene.graph.simplified(keeping: [loss] + scene.leaves)
    var simple = scene
    simple.graph = graph
    let others = try simple.graph.gradients(of: roots[0], for: Array(roots.dropFirst()))
    try compare(scene.evaluate(gradients), simple.evaluate(others), scene)
  }

  private func expectEqual(_ scene: Scene, _ roots: [NodeID]) throws {
    let (graph, places) = scene.graph.simplified(keeping: roots)
    #expect(places.count == roots.count)
    for (root, place) in zip(roots, places) {
      #expect(graph.shape(of: place) == scene.graph.shape(of: root))
      #expect(graph[place].isBatched == scene.graph[root].isBatched)
    }
    let before = scene.graph.flopsPerPrompt(roots: roots)
    #expect(graph.flopsPerPrompt(roots: places) <= before)
    var simple = scene
    simple.graph = graph
    try compare(scene.evaluate(roots), simple.evaluate(places), scene)
  }

  private func compare(_ before: [[Double]], _ after: [[Double]], _ scene: Scene) {
    for (expected, found) in zip(before, after) {
      let norm = expected.reduce(1) { max($0, abs($1)) }
      #expect(distance(expected, found) <= 1e-12 * norm)
    }
  }
}
