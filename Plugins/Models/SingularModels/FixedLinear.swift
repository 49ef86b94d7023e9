import ICLKit

/// A linear map of the query alone, which reads no context: ŷ = x_q W, a regular model.
struct FixedLinear: Model {
  static let id = "fixed-linear"
  static let summary = "one linear map of x, whatever the context: a regular model"

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let shape = [task.inputDimension, task.outputDimension]
    let weight = graph.parameter("weight", initial: graph.zeros(shape))
    let n = task.contextLength
    return einsum("pd,do->po", graph.input("x")[n + 1 - task.positions..<n + 1], weight)
  }
}
