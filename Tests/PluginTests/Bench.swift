import ICLEngine
import ICLGraph
import ICLPlugins

/// A model on prompts that are handed in, with its loss and gradients.
///
/// Loss: the mean over prompts and positions of the squared error, summed over outputs.
struct Bench {
  struct Result {
    var predictions: [Double]
    var loss: Double
    var gradients: [String: [Double]]
  }

  private(set) var graph = Graph()
  let predictions: NodeID
  private let loss: NodeID
  private let gradients: [NodeID]
  let shapes: [String: Shape]

  init(_ model: ModelInstance, _ signature: Signature) throws {
    var graph = Graph()
    let tensors = Dictionary(
      uniqueKeysWithValues: signature.tensors.map { ($0.name, graph.input($0.name, $0.shape)) })
    predictions = try model.build(in: &graph, scope: PromptScope(tensors), signature: signature)
    let error = try graph.binary(.subtract, predictions, tensors["target"]!)
    let losses = try graph.reduce(.sum, graph.unary(.square, error), axes: [1])
    let mean = try graph.reduce(.mean, losses, axes: [0])
    loss = graph.batchSum(try graph.binary(.multiply, graph.promptWeight(), mean))
    gradients = try graph.gradients(of: loss, for: graph.parameters.map(\.node))
    shapes = Dictionary(
      uniqueKeysWithValues: graph.parameters.map { [graph] in ($0.name, graph.shape(of: $0.node)) })
    self.graph = graph
  }

  var parameterNames: [String] { graph.parameters.map(\.name) }

  /// Parameters that are not given have their initial values.
  func run(
    prompts: Int, _ inputs: [String: [Double]], parameters: [String: [Double]] = [:],
    precision: Precision = .double, simplified: Bool = true
  ) throws -> Result {
    var graph = graph
    var roots = [predictions, loss] + gradients
    if simplified { (graph, roots) = graph.simplified(keeping: roots) }
    let store = try ParameterStore(self.graph, seed: 3, precision: precision)
    for (name, values) in parameters { store.set(store.names.firstIndex(of: name)!, values) }
    let program = try Program(
      graph, roots: roots, seed: 3, configuration: EngineConfiguration(precision: precision),
      parameters: store)
    try program.run(
      Program.Batch(
        step: 0, firstPrompt: 0, count: prompts, weight: 1 / Double(prompts), inputs: inputs))
    return Result(
      predictions: program.values(of: 0), loss: program.values(of: 1)[0],
      gradients: Dictionary(
        uniqueKeysWithValues: parameterNames.enumerated().map {
          ($0.element, program.values(of: $0.offset + 2))
        }))
  }
}

/// The largest difference, relative to the largest expected value.
func relativeError(_ measured: [Double], _ expected: [Double]) -> Double {
  guard measured.count == expected.count else { return .infinity }
  let size = expected.map(\.magnitude).max() ?? 0
  let worst = zip(measured, expected).map { ($0 - $1).magnitude }.max() ?? 0
  return worst.isNaN || measured.contains(where: \.isNaN) ? .infinity : worst / max(size, 1e-300)
}
