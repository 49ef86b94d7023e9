import CICL

extension Graph {
  /// The derivative of the sum of all elements of `value` with respect to `target`, of its shape,
  /// for each prompt by itself; zeros where there is no dependence.
  public func gradient(of value: Tensor, for target: Tensor) -> Tensor {
    Tensor(table.gradient(builder, value.node, target.node), in: self)
  }
}
