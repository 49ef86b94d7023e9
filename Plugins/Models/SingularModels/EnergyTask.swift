import ICLKit

/// No problem to be solved: the model's output is its loss.
///
/// For models that are an energy K(w) of their parameters alone. The inputs are normal noise that a
/// model may put on its gradient.
struct EnergyTask: Task, TaskWithLoss {
  static let id = "energy"
  static let summary = "the model's output is its loss: an energy of the parameters"

  @Option("normal numbers that the model may read in each prompt", 1...65536) var dimension = 1

  func signature() throws -> Signature {
    .regression(contextLength: 1, inputDimension: dimension, scoring: .query)
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    // ⌊u⌋ = 0 for every u in [0, 1): a zero that belongs to a prompt, as losses do.
    let zero = graph.uniform("energy.zero", [1, 1], per: .prompt).floor()
    return [
      "x": graph.normal("energy.noise", [2, dimension], per: .prompt), "y": zero, "target": zero,
    ]
  }

  func loss(_ graph: Graph, of predictions: Tensor) throws -> Tensor {
    predictions.reshaped([1])
  }
}
