extension Graph {
  public mutating func unary(_ operation: UnaryOperation, _ a: NodeID) -> NodeID {
    append(.unary(operation), [a], shape: shape(of: a))
  }

  /// Shapes are aligned at their last axes; an extent of 1 stretches.
  public mutating func binary(
    _ operation: BinaryOperation, _ a: NodeID, _ b: NodeID
  ) throws(GraphError) -> NodeID {
    guard let shape = Shape.broadcast(shape(of: a), shape(of: b)) else {
      throw GraphError(
        operation: "\(operation)",
        message: "shapes \(self.shape(of: a)) and \(self.shape(of: b)) do not broadcast")
    }
    let left = try broadcast(a, to: shape)
    let right = try broadcast(b, to: shape)
    return append(.binary(operation), [left, right], shape: shape)
  }

  public mutating func select(
    _ condition: NodeID, _ ifNonzero: NodeID, _ ifZero: NodeID
  ) throws(GraphError) -> NodeID {
    guard
      let pair = Shape.broadcast(shape(of: ifNonzero), shape(of: ifZero)),
      let shape = Shape.broadcast(pair, shape(of: condition))
    else {
      throw GraphError(
        operation: "select",
        message: "shapes \(self.shape(of: condition)), \(self.shape(of: ifNonzero)) and "
          + "\(self.shape(of: ifZero)) do not broadcast")
    }
    let inputs = [
      try broadcast(condition, to: shape), try broadcast(ifNonzero, to: shape),
      try broadcast(ifZero, to: shape),
    ]
    return append(.select, inputs, shape: shape)
  }

  public mutating func broadcast(_ a: NodeID, to target: Shape) throws(GraphError) -> NodeID {
    let source = shape(of: a)
    if source == target { return a }
    guard source.rank <= target.rank, Shape.broadcast(source, target) == target else {
      throw GraphError(
        operation: "broadcast", message: "shape \(source) does not stretch to \(target)")
    }
    return append(.broadcast, [a], shape: target)
  }
}
