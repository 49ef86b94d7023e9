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

  /// A slice of what was padded is a slice of what is inside, and constant where it misses that.
  @Test func slicesOfPaddings() throws {
    var graph = Graph()
    let a = graph.input("a", [2, 3])
    let b = graph.input("b", [2, 3])
    let sum = try graph.binary(
      .add, graph.pad(graph.unary(.exp, a), before: [0, 0], after: [2, 0]),
      graph.pad(b, before: [2, 0], after: [0, 0]))
    let row = try graph.slice(sum, axis: 0, 3..<4)
    let (simple, roots) = graph.simplified(keeping: [row])
    #expect(simple.flopsPerPrompt(roots: roots) == 0)
    let values: [String: [Double]] = ["a": [1, 2, 3, 4, 5, 6], "b": [7, 8, 9, 10, 11, 12]]
    let found = try ReferenceInterpreter().evaluate(
      simple, roots: roots, prompts: 1,
      inputs: values.filter { name, _ in
        simple.nodes.contains { if case .input(name) = $0.operation { true } else { false } }
      })
    #expect(found == [[10, 11, 12]])
    // Across the edge it stays what it is.
    let edge = try graph.slice(sum, axis: 0, 1..<3)
    let (whole, places) = graph.simplified(keeping: [edge])
    let both = try ReferenceInterpreter().evaluate(
      whole, roots: places, prompts: 1, inputs: values)
    #expect(
      distance(
        both[0],
        try ReferenceInterpreter().evaluate(
          graph, roots: [edge], prompts: 1, inputs: values)[0]) < 1e-15)
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
