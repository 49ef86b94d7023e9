import ICLEngine
import ICLGraph
import ICLPlugins

/// A model in a graph of its own, evaluated by the reference interpreter.
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
    let prompts = x.count / ((signature.contextLength + 1) * signature.inputDimension)
    return try ReferenceInterpreter().evaluate(
      graph, roots: [predictions], prompts: prompts, inputs: ["x": x, "y": y],
      parameters: parameters)[0]
  }
}
