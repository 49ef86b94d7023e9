extension Graph {
  func isConstant(_ a: NodeID, _ value: Double) -> Bool {
    switch self[a].operation {
    case .constant(let values): values.allSatisfy { $0 == value }
    case .broadcast: isConstant(self[a].inputs[0], value)
    default: false
    }
  }

  mutating func zeros(_ shape: Shape) -> NodeID {
    let zero = scalar(0)
    return shape.rank == 0 ? zero : append(.broadcast, [zero], shape: shape)
  }

  mutating func add(_ a: NodeID, _ b: NodeID) throws(GraphError) -> NodeID {
    try binary(.add, a, b)
  }

  mutating func subtract(_ a: NodeID, _ b: NodeID) throws(GraphError) -> NodeID {
    try binary(.subtract, a, b)
  }

  /// A factor of 1 whose shape is the other's is left out.
  mutating func multiply(_ a: NodeID, _ b: NodeID) throws(GraphError) -> NodeID {
    if isConstant(a, 1), Shape.broadcast(shape(of: a), shape(of: b)) == shape(of: b) { return b }
    if isConstant(b, 1), Shape.broadcast(shape(of: a), shape(of: b)) == shape(of: a) { return a }
    return try binary(.multiply, a, b)
  }

  mutating func divide(_ a: NodeID, _ b: NodeID) throws(GraphError) -> NodeID {
    try binary(.divide, a, b)
  }

  mutating func scale(_ a: NodeID, by factor: Double) throws(GraphError) -> NodeID {
    factor == 1 ? a : try binary(.multiply, a, scalar(factor))
  }

  /// Puts axes that a reduction removed back with extent 1, and stretches them.
  mutating func stretch(
    _ a: NodeID, to target: Shape, along axes: [Int]
  ) throws(GraphError) -> NodeID {
    var kept = target
    for axis in axes { kept[axis] = 1 }
    return try broadcast(reshape(a, kept), to: target)
  }
}
