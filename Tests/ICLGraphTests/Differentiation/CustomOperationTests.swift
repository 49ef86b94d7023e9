import GraphCases
import ICLEngine
import ICLGraph
import Testing

@Suite struct CustomOperationTests {
  /// a^2 b summed over the elements, with a gradient for both.
  private static func weightedSquare(_ size: Int, hasPullback: Bool = true) -> CustomOperation {
    let pullback: CustomOperation.Pullback<Double> = {
      count, inputs, _, outputGradient, gradients in
      for prompt in 0..<count {
        for place in prompt * size..<(prompt + 1) * size {
          let (a, b) = (inputs[0][place], inputs[1][place])
          gradients[0][place] = 2 * a * b * outputGradient[prompt]
          gradients[1][place] = a * a * outputGradient[prompt]
        }
      }
    }
    return CustomOperation(
      name: "weighted-square", shape: [],
      forward: { count, inputs, output in
        for prompt in 0..<count {
          output[prompt] = (prompt * size..<(prompt + 1) * size).reduce(0) {
            $0 + inputs[0][$1] * inputs[0][$1] * inputs[1][$1]
          }
        }
      },
      pullback: hasPullback ? pullback : nil)
  }

  @Test(arguments: Mix.allCases, [1, 3])
  func trainsThroughThePullback(_ mix: Mix, _ size: Int) throws {
    let operation = Self.weightedSquare(size)
    let example = GradientCase("custom", [[size], [size]]) { $0.custom(operation, $1) }
    var (scene, result) = try example.scene(mix)
    let loss = try scene.weighted(result, "weights")
    let gradients = try scene.graph.gradients(of: loss, for: scene.leaves)
    try scene.expectGradients(of: loss, are: gradients)
  }

  @Test func isRefusedWithoutAPullback() throws {
    var graph = Graph()
    let a = graph.input("a", [2], isBatched: false)
    let result = graph.custom(Self.weightedSquare(2, hasPullback: false), [a, a])
    let error = #expect(throws: GraphError.self) { try graph.gradients(of: result, for: [a]) }
    #expect(
      error?.description
        == "custom weighted-square: it has no pullback, so it cannot be trained through; give it "
        + "one, or stop the gradient at its result")
    // Where no gradient flows through it, it is in nobody's way.
    let stopped = graph.unary(.stopGradient, result)
    #expect(throws: Never.self) { try graph.gradients(of: stopped, for: [a]) }
  }

  @Test func isRefusedInASecondDerivative() throws {
    var graph = Graph()
    let a = graph.input("a", [2], isBatched: false)
    let result = graph.custom(Self.weightedSquare(2), [a, a])
    let gradient = try graph.gradients(of: result, for: [a])[0]
    let sum = try graph.reduce(.sum, gradient, axes: [0])
    let error = #expect(throws: GraphError.self) { try graph.gradients(of: sum, for: [a]) }
    #expect(
      error?.description
        == "custom weighted-square: its pullback cannot be differentiated; second derivatives "
        + "need an operation that is made of host operations")
  }

  @Test func anErrorOfThePluginComesThrough() throws {
    struct Refusal: Error {}
    var graph = Graph()
    let operation = CustomOperation(
      name: "failing", shape: [], forward: { _, _, _ in throw Refusal() }, pullback: nil)
    let node = graph.custom(operation, [])
    #expect(throws: Refusal.self) {
      try ReferenceInterpreter().evaluate(graph, roots: [node], prompts: 1)
    }
  }
}
