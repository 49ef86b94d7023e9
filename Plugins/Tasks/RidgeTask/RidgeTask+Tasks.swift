import ICLKit

// The finite set of tasks is one stream, a row a task, so that a smaller set is the first rows of a
// larger one.
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
  func taskSet(_ graph: Graph, count: Int? = nil) -> Tensor {
    graph.taskSet(
      count: count ?? tasks, inputs: dimension, outputs: outputDimension,
      priorVariance: priorVariance, poolSeed: pool == .splitMix ? UInt64(poolSeed) : nil)
  }

  /// What every set begins with, so that models of different M can be compared on it, [D, O].
  func firstTask(_ graph: Graph) -> Tensor {
    taskSet(graph, count: 1).reshaped([dimension, outputDimension])
  }

  /// Whether prompts have one of the M tasks.
  var drawsNumber: Bool { tasks > 0 && drawn == .set }

  /// What predictors need in order to know the set, also where prompts are not drawn from it.
  var poolProperties: [String: Double] {
    guard tasks > 0 else { return [:] }
    return ["tasks": Double(tasks)]
      .merging(pool == .splitMix ? ["pool-seed": Double(poolSeed)] : [:]) { first, _ in first }
  }

  /// The number of this prompt's task, [1].
  func drawTask(_ graph: Graph) -> Tensor {
    (Double(tasks) * graph.uniform("ridge.task", [1], per: .prompt)).floor()
  }

  func weights(of task: Tensor, _ graph: Graph) -> Tensor {
    taskSet(graph).gather(task).reshaped([dimension, outputDimension])
  }
}
