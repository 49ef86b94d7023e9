import ICLKit

/// What declared graphs of these metrics read of an in-context regression.
struct Regression {
  let graph: Graph
  let task: Signature
  /// σ² of the prompt, [1].
  let variance: Tensor

  init(_ graph: Graph, _ task: Signature) throws {
    guard task.scoring == .query, task.outputDimension == 1,
      task.tensors.contains(where: { $0.name == "x" })
    else {
      throw KitError(
        "reads a regression with one label, scored at the query: set task.scoring=query",
        path: "scoring", code: .unsupported)
    }
    self.graph = graph
    self.task = task
    if task.tensors.contains(where: { $0.name == "noise-deviation" }) {
      variance = graph.input("noise-deviation").squared()
    } else if let known = task.properties["noise-variance"] {
      variance = graph.constant([known], [1])
    } else {
      throw KitError(
        "the task does not say its noise variance; the task ridge does", path: "noise-variance",
        code: .unsupported)
    }
  }

  private var penalty: Tensor { variance / (task.properties["prior-variance"] ?? 1) }
  private var d: Int { task.inputDimension }

  /// w_σ, the posterior mean of w given σ, [D].
  var posteriorMean: Tensor { graph.ridgeWeights(for: task, penalty: penalty).reshaped([d]) }

  /// ½ σ² tr (Σ + σ²/τ² I)⁻¹: half of the oracle's expected error for x ~ N(0, I), [1].
  var oracleLoss: Tensor {
    let context = graph.input("x")[0..<task.contextLength]
    let identity = graph.identity(d)
    let inverse = (einsum("ni,nj->ij", context, context) + penalty * identity).solve(identity)
    return 0.5 * variance * (inverse * identity).sum(axis: 0).sum(axis: 0, keepAxis: true)
  }

  /// ŵ of a prediction ŵᵀ x_q, [D]: its derivative with respect to the query.
  var weights: Tensor {
    let n = task.contextLength
    return graph.gradient(of: graph.input("predictions"), for: graph.input("x"))[n..<n + 1]
      .reshaped([d])
  }

  /// [1]
  var prediction: Tensor { graph.input("predictions").reshaped([1]) }

  /// x_q, [D].
  var query: Tensor {
    let n = task.contextLength
    return graph.input("x")[n..<n + 1].reshaped([d])
  }
}

/// ½ |a - b|² over the last axis, which is kept.
func halfSquare(_ a: Tensor, _ b: Tensor) -> Tensor {
  0.5 * (a - b).squared().sum(axis: -1, keepAxis: true)
}
