extension Graph {
  /// The ridge predictions at the scored positions of an in-context regression, [positions, O].
  ///
  /// At position k, with the pairs j < k (at the query: all N):
  ///     w_k = (Σ x_j x_jᵀ + penalty I)⁻¹ Σ x_j y_jᵀ,   prediction x_kᵀ w_k.
  /// With penalty = noise variance / prior variance it is the posterior mean for w ~ N(0, prior I).
  /// The penalty must be above 0, for the first positions have singular sums.
  public func ridgeRegression(for task: Signature, penalty: Double) -> Tensor {
    ridgeRegression(for: task, penalty: constant(penalty))
  }

  /// The same with a penalty that may differ from prompt to prompt; it has one element.
  public func ridgeRegression(for task: Signature, penalty: Tensor) -> Tensor {
    let n = task.contextLength
    let x = input("x")
    if task.scoring == .query {
      return einsum("pi,io->po", x[n..<n + 1], ridgeWeights(for: task, penalty: penalty))
    }
    let y = input("y")
    let context = x[0..<n]
    let ridge = penalty.reshaped([1]) * identity(task.inputDimension)
    // A row of zeros in front: position k sums the pairs before it.
    let squares = einsum("ni,nj->nij", context, context).padded(axis: 0, before: 1)
    let products = einsum("ni,no->nio", context, y).padded(axis: 0, before: 1)
    let weights = (squares.cumulativeSum(axis: 0) + ridge).solve(products.cumulativeSum(axis: 0))
    return einsum("pi,pio->po", x, weights)
  }
  /// w = (Σ x_j x_jᵀ + penalty I)⁻¹ Σ x_j y_jᵀ over all pairs, [D, O]; the penalty has one element.
  public func ridgeWeights(for task: Signature, penalty: Tensor) -> Tensor {
    let y = input("y")
    let context = input("x")[0..<task.contextLength]
    let ridge = penalty.reshaped([1]) * identity(task.inputDimension)
    return (einsum("ni,nj->ij", context, context) + ridge)
      .solve(einsum("ni,no->io", context, y))
  }

  /// The unit matrix, [n, n].
  public func identity(_ n: Int) -> Tensor { constant([n, n]) { $0[0] == $0[1] ? 1 : 0 } }
}
