import ICLKit

/// Answers 0, and calls no bit hidden.
struct AlwaysZero: Model {
  static let id = "always-zero"
  static let summary = "the label 0, and no hidden bits"

  func build(_ graph: Graph, for task: Signature) -> Tensor {
    _ = graph.zeros([task.inputDimension]).named("indicator")
    return graph.zeros([task.positions, task.outputDimension]).named("prediction")
  }
}

/// The best answers without a look at the prompt.
///
/// The label's mean has the least squared error. Of the indicator of k hidden bits among d, a
/// constant errs by at least min(k/d, 1 - k/d) in the mean, which 0 or 1 reaches.
struct BestConstant: Model {
  static let id = "best-constant"
  static let summary = "the label's mean; all bits hidden, or none"

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard let mean = task.properties["label-mean"], let support = task.properties["support"] else {
      throw KitError(
        "the task does not say the mean of its labels; boolean does for independent bits",
        path: "task", code: .unsupported)
    }
    let isMost = 2 * support > Double(task.inputDimension)
    _ = (isMost ? graph.ones([task.inputDimension]) : graph.zeros([task.inputDimension]))
      .named("indicator")
    return (mean * graph.ones([task.positions, task.outputDimension])).named("prediction")
  }
}
