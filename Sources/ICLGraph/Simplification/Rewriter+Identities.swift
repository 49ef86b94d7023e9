extension Rewriter {
  /// Neutral operands and inverse pairs. A product with 0 stays: 0 times infinity is not 0.
  mutating func identity(_ id: NodeID) throws(GraphError) -> NodeID? {
    let node = source[id]
    switch node.operation {
    case .unary(.negate):
      let inner = source[node.inputs[0]]
      if case .unary(.negate) = inner.operation { return place(inner.inputs[0]) }
      if case .binary(.subtract) = inner.operation {
        return try graph.binary(.subtract, place(inner.inputs[1]), place(inner.inputs[0]))
      }
      return nil
    case .binary(let operation):
      let (a, b) = (node.inputs[0], node.inputs[1])
      let (left, right) = (source.uniformValue(a), source.uniformValue(b))
      switch operation {
      case .add where left == 0, .multiply where left == 1: return place(b)
      case .add where right == 0, .subtract where right == 0: return place(a)
      case .multiply where right == 1, .divide where right == 1, .power where right == 1:
        return place(a)
      case .subtract where left == 0, .multiply where left == -1:
        return graph.unary(.negate, place(b))
      case .multiply where right == -1: return graph.unary(.negate, place(a))
      case .power where right == 2: return graph.unary(.square, place(a))
      case .multiply where a == b: return graph.unary(.square, place(a))
      case .divide:
        guard let right, right != 0 else { break }
        return try graph.multiply(place(a), graph.uniform(1 / right, node.shape))
      default: break
      }
      if operation == .add, case .unary(.negate) = source[b].operation {
        return try graph.binary(.subtract, place(a), place(source[b].inputs[0]))
      }
      if operation == .subtract, case .unary(.negate) = source[b].operation {
        return try graph.binary(.add, place(a), place(source[b].inputs[0]))
      }
      return nil
    default: return nil
    }
  }
}
