import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// What a metric may declare, and what it is told.
@Suite struct MetricTests {
  private let signature = Signature(
    scoring: .query, contextLength: 1, inputDimension: 2, outputDimension: 1, positions: 1,
    tensors: [
      .init(name: "x", role: .input, shape: [2, 2]),
      .init(name: "y", role: .input, shape: [1, 1]),
      .init(name: "target", role: .target, shape: [1, 1]),
    ], properties: [:])

  @Test func derivativesForEveryPrompt() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 2])
    let square = graph.unary(.square, x)
    let scope = PromptScope(["x": x, "y": graph.input("y", [1, 1]), "inner.square": square])
    let metric = try KitPlugin.component("slopes").makeMetric()
    let nodes = try metric.declare(in: &graph, scope: scope, signature: signature)
    #expect(nodes.keys.sorted() == ["none", "slope"])
    let values = try ReferenceInterpreter().evaluate(
      graph, roots: [nodes["slope"]!, nodes["none"]!], prompts: 2,
      inputs: ["x": [1, 2, 3, 4, 5, 6, 7, 8], "y": [1, 1]])
    #expect(values[0] == [2, 4, 6, 8, 10, 12, 14, 16])
    #expect(values[1].allSatisfy { $0 == 0 } && values[1].count == graph.shape(of: x).count)
  }

  @Test func aValueThatIsNotThereIsNamed() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 2])
    let scope = PromptScope(["x": x, "y": x, "inner.squares": x])
    let metric = try KitPlugin.component("slopes").makeMetric()
    do {
      _ = try metric.declare(in: &graph, scope: scope, signature: signature)
      Issue.record("it was declared")
    } catch {
      #expect(
        error.message.contains("there is no value 'inner.square' to read")
          && error.message.contains("inner.squares"), "\(error.message)")
    }
  }

  @Test func whereTheRunStands() throws {
    let metric = try KitPlugin.component("slopes").makeMetric()
    #expect(metric.needs == [.start])
    try metric.begin(signature)
    let tensor = { (values: [Double]) in
      RunSnapshot.Tensor(name: "v", shape: [2], values: values)
    }
    try metric.observe(
      RunSnapshot(
        step: 3, steps: 9, parameters: [tensor([5, 7])], start: [tensor([1, 2])],
        settings: [.init(owner: "model", name: "heads", value: .integer(4))]))
    var chunk = EvaluationChunk(count: 1, predictions: [0], targets: [0], losses: [0])
    chunk.declared = ["slope": [1, 2, 3, 4]]
    try metric.accumulate(chunk)
    let table = { (name: String, values: [Double]) in
      MetricValues(name: name, axes: ["row", "column"], shape: [1, values.count], values: values)
    }
    #expect(
      try metric.finish() == [
        MetricValues(name: "slope", values: [10]), table("time", [3, 9]), table("v", [4, 5]),
        table("heads", [4]), table("missing", [-1]),
      ])
  }
}
