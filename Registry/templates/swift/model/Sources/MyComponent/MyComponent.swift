import ICLKit

/// One step of gradient descent from zero: the prediction for a query x_q is
/// rate / N Σ_j y_j (x_j · x_q), with a trained rate.
struct MyComponent: Model {
  static let id = "my-component"
  static let summary = "one step of gradient descent, with a trained rate"
  @Option("the rate before training", 0...10) var initialRate = 0.1

  func build(_ graph: Graph, for task: Signature) -> Tensor {
    let (n, rows) = (task.contextLength, task.positions)
    let x = graph.input("x")  // [n + 1, d], the last row is the query
    let y = graph.input("y")  // [n, outputs]
    let rate = graph.parameter("rate", initial: graph.constant(initialRate))

    // Scored at every prefix, row k sees the pairs before it; at the query, all.
    let seen = graph.constant([rows, n]) { $0[1] < n + 1 - rows + $0[0] ? 1 : 0 }
    let scores = einsum("qd,nd->qn", x[(n + 1 - rows)..<(n + 1)], x[0..<n])
    return rate * einsum("qn,no->qo", scores * seen, y) / Double(max(n, 1))
  }
}
