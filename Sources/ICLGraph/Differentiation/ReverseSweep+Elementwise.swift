extension ReverseSweep {
  mutating func binary(
    _ operation: BinaryOperation, _ id: NodeID, _ cotangent: NodeID
  ) throws(GraphError) {
    let a = graph[id].inputs[0]
    let b = graph[id].inputs[1]
    switch operation {
    case .less, .equal: break
    case .add:
      try pass(cotangent, to: a, from: id)
      try pass(cotangent, to: b, from: id)
    case .subtract:
      try pass(cotangent, to: a, from: id)
      if isActive[b.index] { try pass(graph.unary(.negate, cotangent), to: b, from: id) }
    case .multiply:
      try passProduct(cotangent, b, to: a, from: id)
      try passProduct(cotangent, a, to: b, from: id)
    case .divide:
      if isActive[a.index] { try pass(graph.divide(cotangent, b), to: a, from: id) }
      if isActive[b.index] {
        // d(a/b)/db = -(a/b)/b; the last divisor is common to what a broadcast sums up.
        let ratio = graph.unary(.negate, try graph.divide(id, b))
        try passProduct(cotangent, ratio, to: b, from: id)
      }
    case .maximum: try choose(graph.binary(.less, a, b), a, b, id, cotangent)
    case .minimum: try choose(graph.binary(.less, b, a), a, b, id, cotangent)
    case .power:
      if isActive[a.index] {
        let exponent = try graph.subtract(b, graph.scalar(1))
        let slope = try graph.multiply(b, graph.binary(.power, a, exponent))
        try passProduct(cotangent, slope, to: a, from: id)
      }
      if isActive[b.index] {
        let slope = try graph.multiply(id, graph.unary(.log, a))
        try passProduct(cotangent, slope, to: b, from: id)
      }
    }
  }

  /// Of equal values the first gets the derivative.
  private mutating func choose(
    _ isSecond: NodeID, _ a: NodeID, _ b: NodeID, _ id: NodeID, _ cotangent: NodeID
  ) throws(GraphError) {
    let zero = graph.scalar(0)
    if isActive[a.index] {
      try pass(graph.select(isSecond, zero, cotangent), to: a, from: id)
    }
    if isActive[b.index] {
      try pass(graph.select(isSecond, cotangent, zero), to: b, from: id)
    }
  }

  mutating func select(_ id: NodeID, _ cotangent: NodeID) throws(GraphError) {
    let inputs = graph[id].inputs
    let zero = graph.scalar(0)
    if isActive[inputs[1].index] {
      try pass(graph.select(inputs[0], cotangent, zero), to: inputs[1], from: id)
    }
    if isActive[inputs[2].index] {
      try pass(graph.select(inputs[0], zero, cotangent), to: inputs[2], from: id)
    }
  }

  /// Passes cotangent * factor; into a broadcast, as one contraction that never forms the product.
  private mutating func passProduct(
    _ cotangent: NodeID, _ factor: NodeID, to node: NodeID, from user: NodeID
  ) throws(GraphError) {
    guard isActive[node.index] else { return }
    guard case .broadcast = graph[node].operation, !targets.contains(node) else {
      return try pass(graph.multiply(cotangent, factor), to: node, from: user)
    }
    let source = graph[node].inputs[0]
    let shape = graph.shape(of: source)
    let labels = Array(0..<graph.shape(of: node).rank)
    let kept = graph.keptAxes(of: graph.shape(of: node), from: shape)
    let spec = EinsumSpec(left: labels, right: labels, output: kept)
    let sum = try graph.reshape(graph.einsum(spec, cotangent, factor), shape)
    try pass(sum, to: source, from: user)
  }
}

extension Graph {
  /// The axes of a broadcast's result along which it does not repeat its source.
  func keptAxes(of target: Shape, from source: Shape) -> [Int] {
    let offset = target.rank - source.rank
    return target.extents.indices.filter {
      $0 >= offset && source[$0 - offset] == target[$0]
    }
  }

  /// The adjoint of stretching `source` to a's shape: sums over the repetitions.
  mutating func sumStretched(_ a: NodeID, to source: Shape) throws(GraphError) -> NodeID {
    let target = shape(of: a)
    let kept = keptAxes(of: target, from: source)
    let axes = target.extents.indices.filter { !kept.contains($0) }
    return try reshape(reduce(.sum, a, axes: axes), source)
  }
}
