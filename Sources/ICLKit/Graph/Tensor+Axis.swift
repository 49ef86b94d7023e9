import CICL

extension Tensor {
  /// Weights that sum to 1 along the axis.
  ///
  /// mask is a constant that broadcasts to this: nonzero = allowed. Other weights are exactly 0; a
  /// row with none allowed is all 0.
  public func softmax(mask: Tensor? = nil, axis: Int = -1) -> Tensor {
    make { $0.softmax($1, node, mask?.node ?? 0, position(axis)) }
  }

  /// exclusive: entry t sums the entries before t. reverse: from the end.
  public func cumulativeSum(axis: Int, exclusive: Bool = false, reverse: Bool = false) -> Tensor {
    make { $0.cumulative_sum($1, node, position(axis), exclusive ? 1 : 0, reverse ? 1 : 0) }
  }

  /// X with A X = B, for this symmetric positive definite A [..., n, n] and B [..., n, k]. Only the
  /// lower triangle of A is read.
  public func solve(_ right: Tensor) -> Tensor { make { $0.solve($1, node, right.node) } }

  /// L [..., m, n] of this [..., m, n], m >= n, whose first n rows A1 are symmetric positive definite. Only
  /// their lower triangle is read.
  ///
  /// L's first n rows are L1, lower triangular with L1 L1ᵀ = A1. Each further row b becomes z with L1 z = b.
  public func cholesky() -> Tensor { make { $0.cholesky($1, node) } }
}

/// h[t] = a[t] h[t-1] + b[t] along the first axis; h[-1] is initial, or zero.
public func linearRecurrence(_ a: Tensor, _ b: Tensor, initial: Tensor? = nil) -> Tensor {
  b.make { $0.linear_recurrence($1, a.node, b.node, initial?.node ?? 0) }
}
