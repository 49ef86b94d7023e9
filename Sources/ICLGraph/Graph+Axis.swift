extension Graph {
  /// Weights that sum to 1 along the axis. Where the mask is 0 the weight is exactly 0; a row with
  /// no position allowed is all 0.
  public mutating func softmax(
    _ a: NodeID, mask: NodeID? = nil, axis: Int
  ) throws(GraphError) -> NodeID {
    let shape = shape(of: a)
    guard shape.extents.indices.contains(axis) else {
      throw GraphError(operation: "softmax", message: "axis \(axis) of shape \(shape)")
    }
    let masks = try mask.map { (mask) throws(GraphError) in [try broadcast(mask, to: shape)] } ?? []
    return append(.softmax(axis: axis, masked: mask != nil), [a] + masks, shape: shape)
  }

  public mutating func cumulativeSum(
    _ a: NodeID, axis: Int, exclusive: Bool = false, reverse: Bool = false
  ) throws(GraphError) -> NodeID {
    let shape = shape(of: a)
    guard shape.extents.indices.contains(axis) else {
      throw GraphError(operation: "cumulative sum", message: "axis \(axis) of shape \(shape)")
    }
    return append(
      .cumulativeSum(axis: axis, exclusive: exclusive, reverse: reverse), [a], shape: shape)
  }

  /// h[t] = a[t] h[t-1] + b[t] along the first axis; from the end if reverse.
  public mutating func linearRecurrence(
    _ a: NodeID, _ b: NodeID, initial: NodeID? = nil, reverse: Bool = false
  ) throws(GraphError) -> NodeID {
    let shape = shape(of: b)
    guard shape.rank >= 1, self.shape(of: a) == shape else {
      throw GraphError(
        operation: "linear recurrence",
        message: "a and b must have one shape with a first axis, got \(self.shape(of: a)) and "
          + "\(shape)")
    }
    if let initial, self.shape(of: initial) != shape.removing([0]) {
      throw GraphError(
        operation: "linear recurrence",
        message: "the initial state must be \(shape.removing([0])), got \(self.shape(of: initial))")
    }
    return append(
      .linearRecurrence(reverse: reverse, initial: initial != nil),
      [a, b] + (initial.map { [$0] } ?? []), shape: shape)
  }

  /// X with A X = B, for symmetric positive definite A [..., n, n] and B [..., n, k].
  public mutating func solve(_ a: NodeID, _ b: NodeID) throws(GraphError) -> NodeID {
    let matrix = shape(of: a)
    let right = shape(of: b)
    let rank = matrix.rank
    guard
      rank >= 2, right.rank == rank, matrix[rank - 1] == matrix[rank - 2],
      right[rank - 2] == matrix[rank - 1],
      matrix.extents.prefix(rank - 2) == right.extents.prefix(rank - 2)
    else {
      throw GraphError(
        operation: "solve",
        message: "A must be [..., n, n] and B [..., n, k], got \(matrix) and \(right)")
    }
    return append(.solve, [a, b], shape: right)
  }

  /// L [..., m, n] of A [..., m, n]: of A's first n rows A1, which are symmetric positive definite, the lower
  /// triangular L1 with L1 L1ᵀ = A1; of the further rows B, B L1⁻ᵀ.
  public mutating func cholesky(_ a: NodeID) throws(GraphError) -> NodeID {
    let shape = shape(of: a)
    guard shape.rank >= 2, shape[shape.rank - 2] >= shape[shape.rank - 1] else {
      throw GraphError(
        operation: "cholesky",
        message: "A must be [..., m, n] with at least as many rows as columns, got \(shape)")
    }
    return append(.cholesky, [a], shape: shape)
  }

  public mutating func custom(
    _ operation: CustomOperation, _ inputs: [NodeID]
  ) -> NodeID {
    append(.custom(operation), inputs, shape: operation.shape)
  }
}
