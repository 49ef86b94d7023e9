import ICLEngine
import ICLGraph
import Testing

@Suite struct ValueTests {
  static let cases = ValueCase.elementwise + ValueCase.sums + ValueCase.shapes + ValueCase.axes

  @Test(arguments: cases)
  func isTheKnownOne(_ example: ValueCase) throws {
    var graph = Graph()
    let node = try example.build(&graph)
    #expect(graph.shape(of: node) == example.shape)
    let values = try ReferenceInterpreter().evaluate(graph, roots: [node], prompts: 1)
    #expect(
      distance(values[0], example.expected) <= 1e-15 * 8,
      "got \(values[0]), expected \(example.expected)")
  }

  @Test func everyUnaryAndBinaryOperationHasACase() {
    let names = Set(Self.cases.map(\.testDescription))
    for operation in UnaryOperation.allCases { #expect(names.contains("\(operation)")) }
    for operation in BinaryOperation.allCases { #expect(names.contains("\(operation)")) }
  }

  @Test func extremesStayFinite() throws {
    var graph = Graph()
    let x = try graph.constant([-800, 800], [2])
    let roots = [
      graph.unary(.softplus, x), graph.unary(.sigmoid, x), graph.unary(.silu, x),
      try graph.softmax(x, axis: 0), graph.unary(.gelu, x),
    ]
    let values = try ReferenceInterpreter().evaluate(graph, roots: roots, prompts: 1)
    #expect(values == [[0, 800], [0, 1], [0, 800], [0, 1], [0, 800]])
  }
}
