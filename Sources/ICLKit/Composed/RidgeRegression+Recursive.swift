extension Graph {
  /// The same predictions without a system for every position.
  ///
  /// Recursive least squares is O(D²) a pair, where a solve is O(D³); for few pairs one decomposition
  /// of all of them costs less. Rounding errors grow with 1 / penalty.
  public func recursiveRidgeRegression(for task: Signature, penalty: Tensor) -> Tensor {
    let isShort = task.contextLength <= min(2 * task.inputDimension, 32)
    return task.scoring == .everyPrefix && isShort
      ? decomposedRidge(penalty) : recursiveRidge(task, penalty)
  }

  /// One decomposition L Lᵀ = K of K = X Xᵀ + penalty I, [n, n], with the labels as further rows:
  ///     L z = y,   prediction_k = y_k - L_kk z_k
  /// K is proportional to the covariance of the labels, for w ~ N(0, I) and noise of variance penalty. Row k
  /// of L z = y says that y_k is L_kk z_k more than what the labels before k decide, through z_0 … z_k-1: their
  /// regression, so the prediction. It does not depend on y_k; the query's label counts as 0.
  private func decomposedRidge(_ penalty: Tensor) -> Tensor {
    let x = input("x")
    let n = x.extent(0)
    let labels = input("y").padded(axis: 0, after: 1)
    let rows = concatenate([einsum("id,jd->ij", x, x), labels.transposed([1, 0])], axis: 0)
    let ridge = constant([rows.extent(0), n]) { $0[0] == $0[1] ? 1 : 0 }
    let lower = (rows + penalty.reshaped([1]) * ridge).cholesky()
    // The diagonal, as a view: every (n + 1)-th element of the rows one behind the other.
    let pivots = lower[0..<n].reshaped([n * n]).slice(0..<n * n, axis: 0, by: n + 1)
    let remainders = lower[n..<lower.extent(0)].transposed([1, 0])
    return labels - pivots.reshaped([n, 1]) * remainders
  }

  /// A scan over the pairs. With P = penalty (Σ x xᵀ + penalty I)⁻¹, which starts as I, and w = 0:
  ///     g = P x / (penalty + xᵀ P x),   w ← w + g (y - wᵀ x)ᵀ,   P ← P - g (P x)ᵀ
  /// P and w are carried side by side, [D, D + O].
  private func recursiveRidge(_ task: Signature, _ penalty: Tensor) -> Tensor {
    let (n, d, outputs) = (task.contextLength, task.inputDimension, task.outputDimension)
    let x = input("x")
    let start = constant([d, d + outputs]) { $0[0] == $0[1] ? 1 : 0 }
    let isQuery = task.scoring == .query
    let steps = scan(
      initial: [start], sequences: [x[0..<n], input("y").padded(axis: 1, before: d)],
      shared: [penalty.reshaped([1])], outputs: isQuery ? 0 : 1
    ) { step in
      let (state, x) = (step.carries[0], step.slices[0])
      let product = einsum("i,ij->j", x, state)
      let direction = product[0..<d]
      let spread = einsum("i,i->", x, direction) + step.shared[0]
      let gain = (direction / spread).reshaped([d, 1])
      let change = (product - step.slices[1]).reshaped([1, d + outputs])
      return ([state - gain * change], isQuery ? [] : [product[d..<d + outputs]])
    }
    let weights = steps.carries[0].slice(d..<d + outputs, axis: 1)
    let last = einsum("pi,io->po", x[n..<n + 1], weights)
    return isQuery ? last : concatenate([steps.outputs[0], last], axis: 0)
  }
}
