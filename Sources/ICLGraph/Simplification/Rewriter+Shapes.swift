extension Rewriter {
  /// Moves of moves become one move, and elementwise operations stand before a broadcast.
  mutating func shapeIdentity(_ id: NodeID) throws(GraphError) -> NodeID? {
    let node = source[id]
    guard let first = node.inputs.first else { return nil }
    let inner = source[first]
    switch (node.operation, inner.operation) {
    case (.reshape, .reshape): return try graph.reshape(place(inner.inputs[0]), node.shape)
    case (.broadcast, .broadcast):
      return try graph.broadcast(place(inner.inputs[0]), to: node.shape)
    case (.transpose(let outer), .transpose(let permutation)):
      return try graph.transpose(place(inner.inputs[0]), outer.map { permutation[$0] })
    case (.transpose(let permutation), .einsum(let spec))
    where uses[first.index] == 1 && !node.isBatched:
      let turned = EinsumSpec(
        left: spec.left, right: spec.right, output: permutation.map { spec.output[$0] })
      return try graph.einsum(
        turned, place(inner.inputs[0]), spec.right.map { _ in place(inner.inputs[1]) })
    case (.unary(let operation), .broadcast):
      let small = graph.unary(operation, place(inner.inputs[0]))
      return try graph.broadcast(small, to: node.shape)
    case (.binary(let operation), _): return try smallBinary(operation, node)
    case (.batchSum, .reshape):
      return try graph.reshape(graph.batchSum(place(inner.inputs[0])), node.shape)
    default: return nil
    }
  }

  /// An operation of two broadcasts from one shape, or of a broadcast and a uniform constant.
  private mutating func smallBinary(
    _ operation: BinaryOperation, _ node: Node
  ) throws(GraphError) -> NodeID? {
    func origin(_ id: NodeID) -> NodeID? {
      if case .broadcast = source[id].operation { source[id].inputs[0] } else { nil }
    }
    let (a, b) = (node.inputs[0], node.inputs[1])
    let small: NodeID
    if let left = origin(a), let value = source.uniformValue(b) {
      small = try graph.binary(operation, place(left), graph.scalar(value))
    } else if let right = origin(b), let value = source.uniformValue(a) {
      small = try graph.binary(operation, graph.scalar(value), place(right))
    } else if let left = origin(a), let right = origin(b),
      source.shape(of: left) == source.shape(of: right)
    {
      small = try graph.binary(operation, place(left), place(right))
    } else {
      return nil
    }
    return try graph.broadcast(small, to: node.shape)
  }
}
