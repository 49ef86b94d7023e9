import ICLKit

/// Gradient descent from W = 0 on the pairs of a prompt, as a graph.
///
///     L(W) = 1/(2 N) Σ_i λ^(N-i) ‖y_i - xᵢᵀ W‖² + penalty/2 ‖W‖², or the mean cross-entropy
/// In mini-batches the gradient is that of m pairs at the weights before them, divided by m.
public struct DescentRule {
  public enum Loss: String, OptionChoice {
    case squared
    case crossEntropy = "cross-entropy"
  }

  /// A step size for each pass over the pairs.
  public var steps: [Double]
  /// m; 0: all pairs at once.
  public var miniBatch = 0
  /// λ
  public var discount = 1.0
  public var penalty = 0.0
  public var loss = Loss.squared
  /// What was taken off one-hot labels.
  public var labelShift = 0.0
  /// The step size of a constant feature, as a share of that of x; 0: there is none.
  public var constantShare = 0.0

  public init(steps: [Double]) { self.steps = steps }

  /// W [D, O], after the last step; x [N, D], y [N, O].
  public func weights(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let graph = x.graph
    let (n, d, o) = (x.extent(0), x.extent(1), y.extent(1))
    let size = miniBatch == 0 ? n : miniBatch
    guard n % size == 0 else {
      throw KitError("mini-batches of \(size) do not divide \(n) pairs", path: "mini-batch")
    }
    let labels = loss == .crossEntropy ? y + labelShift : y
    var w: Tensor?
    for step in steps {
      for first in stride(from: 0, to: n, by: size) {
        let (inputs, targets) = (x[first..<first + size], labels[first..<first + size])
        let fitted = w.map { einsum("nd,do->no", inputs, $0) }
        var residual = targets
        switch loss {
        case .squared: if let fitted { residual = targets - fitted }
        case .crossEntropy:
          residual =
            targets - (fitted?.softmax() ?? graph.constant([size, o]) { _ in 1 / Double(o) })
        }
        if discount != 1 {
          residual =
            residual
            * graph.constant([size, 1]) { index in
              (index[0] + 1..<size).reduce(1) { weight, _ in weight * discount }
            }
        }
        let change = step / Double(size) * einsum("nd,no->do", inputs, residual)
        w = w.map { (1 - step * penalty) * $0 + change } ?? change
      }
    }
    return w ?? graph.zeros([d, o])
  }

  /// The prediction at the query, [1, O].
  public func predict(_ graph: Graph, _ task: Signature) throws -> Tensor {
    guard task.scoring == .query else {
      throw KitError(
        "descent on the context predicts for the query alone: set task.scoring=query",
        path: "scoring", code: .unsupported)
    }
    let n = task.contextLength
    var x = graph.input("x")
    if constantShare > 0 {
      x = x.padded(axis: 1, after: 1, value: constantShare.squareRoot())
    }
    let w = try weights(x[0..<n], graph.input("y"))
    return einsum("pd,do->po", x[n..<n + 1], w)
  }
}
