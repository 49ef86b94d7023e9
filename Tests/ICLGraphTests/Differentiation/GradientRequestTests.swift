import ICLEngine
import ICLGraph
import Testing

@Suite struct GradientRequestTests {
  @Test func aTensorIsRefused() throws {
    var graph = Graph()
    let x = graph.input("x", [2], isBatched: false)
    let error = #expect(throws: GraphError.self) { try graph.gradients(of: x, for: [x]) }
    #expect(
      error?.description == "gradients: the differentiated value must be one number, got shape "
        + "[2]; sum or average it first")
  }

  @Test func aValueOfEachPromptIsRefused() throws {
    var graph = Graph()
    let x = graph.input("x", [])
    let error = #expect(throws: GraphError.self) { try graph.gradients(of: x, for: [x]) }
    #expect(
      error?.description == "gradients: the differentiated value differs from prompt to prompt; "
        + "take its batch sum first")
  }

  @Test func whatTheValueDoesNotReadGetsZeros() throws {
    var graph = Graph()
    let x = graph.input("x", [], isBatched: false)
    let other = graph.input("other", [2, 1], isBatched: false)
    let gradients = try graph.gradients(of: graph.unary(.square, x), for: [other, x])
    let values = try ReferenceInterpreter().evaluate(
      graph, roots: gradients, prompts: 1, inputs: ["x": [3]])
    #expect(values == [[0, 0], [6]])
  }

  @Test func noGradientFlowsThroughStopGradient() throws {
    var graph = Graph()
    let x = graph.input("x", [], isBatched: false)
    let product = try graph.binary(.multiply, x, graph.unary(.stopGradient, x))
    let gradient = try graph.gradients(of: product, for: [x])
    let values = try ReferenceInterpreter().evaluate(
      graph, roots: gradient, prompts: 1, inputs: ["x": [3]])
    #expect(values == [[3]])
  }

  @Test func aTargetMayBeAnInnerValue() throws {
    var graph = Graph()
    let x = graph.input("x", [2], isBatched: false)
    let squares = graph.unary(.square, x)
    let spread = try graph.broadcast(squares, to: [3, 2])
    let loss = try graph.reduce(.sum, graph.unary(.square, spread), axes: [0, 1])
    let gradients = try graph.gradients(of: loss, for: [squares, spread, x])
    let values = try ReferenceInterpreter().evaluate(
      graph, roots: gradients, prompts: 1, inputs: ["x": [1, 2]])
    // loss = 3 (x0^4 + x1^4).
    #expect(values == [[6, 24], [2, 8, 2, 8, 2, 8], [12, 96]])
  }
}
