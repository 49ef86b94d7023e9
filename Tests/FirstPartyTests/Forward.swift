import ICLEngine
import ICLGraph
import ICLPlugins

/// A model in a graph of its own, evaluated by the reference interpreter or the engine.
struct Forward {
  var graph = Graph()
  let predictions: NodeID
  let signature: Signature

  init(_ model: ModelInstance, _ signature: Signature) throws {
    let x = graph.input("x", [signature.contextLength + 1, signature.inputDimension])
    let y = graph.input("y", [signature.contextLength, signature.outputDimension])
    predictions = try model.build(
      in: &graph, scope: PromptScope(["x": x, "y": y]), signature: signature)
    self.signature = signature
  }

  func predict(
    x: [Double], y: [Double], parameters: [String: [Double]] = [:]
  ) throws -> [Double] {
    try ReferenceInterpreter().evaluate(
      graph, roots: [predictions], prompts: prompts(x), inputs: ["x": x, "y": y],
      parameters: parameters)[0]
  }

  /// By the engine, in Double.
  func predictByEngine(
    x: [Double], y: [Double], parameters: [String: [Double]] = [:]
  ) throws -> [Double] {
    try byEngine(predictions, ["x": x, "y": y], parameters, prompts: prompts(x))
  }

  /// A root's value, simplified and run by the engine in Double, for a mean over prompts.
  func byEngine(
    _ root: NodeID, _ inputs: [String: [Double]], _ parameters: [String: [Double]], prompts: Int
  ) throws -> [Double] {
    let (simple, roots) = graph.simplified(keeping: [root])
    let store = try ParameterStore(graph, seed: 0, precision: .double)
    for (index, name) in store.names.enumerated() { store.set(index, parameters[name] ?? []) }
    let program = try Program(
      simple, roots: roots, seed: 0, configuration: EngineConfiguration(precision: .double),
      parameters: store)
    try program.run(
      Program.Batch(
        step: 0, firstPrompt: 0, count: prompts, weight: 1 / Double(prompts), inputs: inputs))
    return program.values(of: 0)
  }

  private func prompts(_ x: [Double]) -> Int {
    x.count / ((signature.contextLength + 1) * signature.inputDimension)
  }
}
