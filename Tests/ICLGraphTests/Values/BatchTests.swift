import GraphCases
import ICLEngine
import ICLGraph
import Testing

/// What differs from prompt to prompt, and what does not.
@Suite struct BatchTests {
  private let interpreter = ReferenceInterpreter()

  @Test func batchedAndUnbatchedOperandsMix() throws {
    var graph = Graph()
    let x = graph.input("x", [2])
    let shift = graph.input("shift", [2], isBatched: false)
    let sum = try graph.binary(.add, x, shift)
    let values = try interpreter.evaluate(
      graph, roots: [sum, shift], prompts: 2, inputs: ["x": [1, 2, 3, 4], "shift": [10, 20]])
    #expect(values == [[11, 22, 13, 24], [10, 20]])
  }

  @Test func batchSumAddsPromptsUp() throws {
    var graph = Graph()
    let x = graph.input("x", [2])
    let product = try graph.binary(.multiply, x, graph.promptWeight())
    let sum = graph.batchSum(product)
    #expect(!graph[sum].isBatched)
    let inputs = ["x": [1.0, 2, 3, 4, 5, 6]]
    let weighted = try interpreter.evaluate(
      graph, roots: [sum], prompts: 3, inputs: inputs, weights: [1, 0.5, 0])
    #expect(weighted == [[2.5, 4]])
    let mean = try interpreter.evaluate(graph, roots: [sum], prompts: 3, inputs: inputs)
    #expect(distance(mean[0], [3, 4]) < 1e-15)
  }

  @Test func batchSumOfWhatIsTheSameForAllPromptsCountsThem() throws {
    var graph = Graph()
    let sum = graph.batchSum(graph.scalar(2))
    #expect(try interpreter.evaluate(graph, roots: [sum], prompts: 5) == [[10]])
  }

  @Test func randomNumbersComeFromTheirSource() throws {
    var graph = Graph()
    let run = RandomSource(kind: .normal, scope: .run, stream: "weights")
    let prompt = RandomSource(kind: .uniform, scope: .prompt, stream: "x")
    let roots = [try graph.random(run, [2]), try graph.random(prompt, [1])]
    let values = try interpreter.evaluate(graph, roots: roots, prompts: 3) {
      source, shape, prompt in
      [Double](repeating: source.stream == "x" ? Double(prompt) : 7, count: shape.count)
    }
    #expect(values == [[7, 7], [0, 1, 2]])
  }

  @Test func parametersStartAtTheirInitialValue() throws {
    var graph = Graph()
    let initial = graph.unary(.square, try graph.constant([2, 3], [2]))
    let parameter = try graph.parameter("w", initial: initial)
    #expect(try interpreter.evaluate(graph, roots: [parameter], prompts: 1) == [[4, 9]])
    let given = try interpreter.evaluate(
      graph, roots: [parameter], prompts: 1, parameters: ["w": [1, 2]])
    #expect(given == [[1, 2]])
  }

  @Test func missingAndMisshapenInputsAreNamed() throws {
    var graph = Graph()
    let x = graph.input("x", [2])
    var text = ""
    do { _ = try interpreter.evaluate(graph, roots: [x], prompts: 3) } catch { text = "\(error)" }
    #expect(text == "input x is not given")
    do {
      _ = try interpreter.evaluate(graph, roots: [x], prompts: 3, inputs: ["x": [1, 2]])
    } catch {
      text = "\(error)"
    }
    #expect(
      text == "input x needs 3 tensors of shape [2], that is 6 values, got 2")
  }
}
