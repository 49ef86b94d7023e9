import ICLKit

// The finite set of tasks is one stream of a run, a row a task, so that a smaller set is the first
// rows of a larger one.
extension RidgeTask {
  /// [D, O]
  func drawWeights(_ graph: Graph) -> Tensor {
    let unit =
      whitenedTasks
      ? drawWhitenedTask(graph).reshaped([dimension, outputDimension])
      : graph.normal("ridge.w", [dimension, outputDimension], per: .prompt)
    return priorVariance.squareRoot() * unit
  }

  /// [M, D, O]
  func taskSet(_ graph: Graph) -> Tensor {
    graph.taskSet(
      count: tasks, inputs: dimension, outputs: outputDimension, priorVariance: priorVariance)
  }

  /// The number of this prompt's task, [1].
  func drawTask(_ graph: Graph) -> Tensor {
    (Double(tasks) * graph.uniform("ridge.task", [1], per: .prompt)).floor()
  }

  func weights(of task: Tensor, _ graph: Graph) -> Tensor {
    taskSet(graph).gather(task).reshaped([dimension, outputDimension])
  }
}
