import CICL

/// A sum of products over labelled axes: einsum("ij,jk->ik", a, b). Letters missing on the right
/// are summed.
///
/// Write the plain formula: the host finds the cheap order.
public func einsum(_ spec: String, _ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.graph.builder == b.graph.builder else {
    return a.graph.fail("the body of a scan may use only the tensors that it is given")
  }
  return a.make { $0.einsum($1, spec, a.node, b.node) }
}

public func einsum(_ spec: String, _ a: Tensor) -> Tensor {
  a.make { $0.einsum($1, spec, a.node, 0) }
}

extension Tensor {
  /// Over one axis, which is removed unless kept with extent 1.
  public func sum(axis: Int, keepAxis: Bool = false) -> Tensor {
    reduce(ICL_SUM, [position(axis)], keepAxis)
  }
  public func mean(axis: Int, keepAxis: Bool = false) -> Tensor {
    reduce(ICL_MEAN, [position(axis)], keepAxis)
  }
  public func max(axis: Int, keepAxis: Bool = false) -> Tensor {
    reduce(ICL_MAX, [position(axis)], keepAxis)
  }

  /// Over all axes: a scalar.
  public func sum() -> Tensor { reduce(ICL_SUM, Array(0..<UInt32(rank)), false) }
  public func mean() -> Tensor { reduce(ICL_MEAN, Array(0..<UInt32(rank)), false) }
  public func max() -> Tensor { reduce(ICL_MAX, Array(0..<UInt32(rank)), false) }

  private func reduce(_ operation: UInt32, _ axes: [UInt32], _ keepAxes: Bool) -> Tensor {
    make { $0.reduce($1, operation, node, UInt32(axes.count), axes, keepAxes ? 1 : 0) }
  }
}
