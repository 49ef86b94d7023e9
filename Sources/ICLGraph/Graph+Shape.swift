extension Graph {
  public mutating func reshape(_ a: NodeID, _ target: Shape) throws(GraphError) -> NodeID {
    let source = shape(of: a)
    if source == target { return a }
    guard source.count == target.count else {
      throw GraphError(
        operation: "reshape",
        message: "\(source) holds \(source.count) elements, \(target) \(target.count)")
    }
    return append(.reshape, [a], shape: target)
  }

  /// Axis i of the result is axis permutation[i] of a.
  public mutating func transpose(
    _ a: NodeID, _ permutation: [Int]
  ) throws(GraphError) -> NodeID {
    let source = shape(of: a)
    guard permutation.sorted() == Array(0..<source.rank) else {
      throw GraphError(
        operation: "transpose", message: "\(permutation) does not permute the axes of \(source)")
    }
    if permutation == Array(0..<source.rank) { return a }
    return append(
      .transpose(permutation), [a], shape: Shape(permutation.map { source[$0] }))
  }

  /// start ..< stop in steps of stride, for each axis.
  public mutating func slice(
    _ a: NodeID, start: [Int], stop: [Int], stride: [Int]? = nil
  ) throws(GraphError) -> NodeID {
    let source = shape(of: a)
    let stride = stride ?? [Int](repeating: 1, count: source.rank)
    let isValid =
      start.count == source.rank && stop.count == source.rank && stride.count == source.rank
      && source.extents.indices.allSatisfy {
        0 <= start[$0] && start[$0] <= stop[$0] && stop[$0] <= source[$0] && stride[$0] > 0
      }
    guard isValid else {
      throw GraphError(
        operation: "slice", message: "\(start) to \(stop) by \(stride) of shape \(source)")
    }
    let extents = source.extents.indices.map {
      (stop[$0] - start[$0] + stride[$0] - 1) / stride[$0]
    }
    if Shape(extents) == source { return a }
    return append(.slice(start: start, stop: stop, stride: stride), [a], shape: Shape(extents))
  }

  /// start ..< stop of one axis.
  public mutating func slice(
    _ a: NodeID, axis: Int, _ range: Range<Int>
  ) throws(GraphError) -> NodeID {
    var start = [Int](repeating: 0, count: shape(of: a).rank)
    var stop = shape(of: a).extents
    guard stop.indices.contains(axis) else {
      throw GraphError(operation: "slice", message: "axis \(axis) of shape \(shape(of: a))")
    }
    start[axis] = range.lowerBound
    stop[axis] = range.upperBound
    return try slice(a, start: start, stop: stop)
  }

  public mutating func concatenate(
    _ nodes: [NodeID], axis: Int
  ) throws(GraphError) -> NodeID {
    guard let first = nodes.first else {
      throw GraphError(operation: "concatenate", message: "nothing to concatenate")
    }
    var shape = shape(of: first)
    guard shape.extents.indices.contains(axis) else {
      throw GraphError(operation: "concatenate", message: "axis \(axis) of shape \(shape)")
    }
    for node in nodes.dropFirst() {
      let other = self.shape(of: node)
      guard other.rank == shape.rank, other.removing([axis]) == shape.removing([axis]) else {
        throw GraphError(
          operation: "concatenate", message: "\(shape) and \(other) along axis \(axis)")
      }
      shape[axis] += other[axis]
    }
    if nodes.count == 1 { return first }
    return append(.concatenate(axis: axis), nodes, shape: shape)
  }

  public mutating func pad(
    _ a: NodeID, before: [Int], after: [Int], interior: [Int]? = nil, value: Double = 0
  ) throws(GraphError) -> NodeID {
    let source = shape(of: a)
    let interior = interior ?? [Int](repeating: 0, count: source.rank)
    guard
      before.count == source.rank, after.count == source.rank, interior.count == source.rank,
      (before + after + interior).allSatisfy({ $0 >= 0 })
    else {
      throw GraphError(
        operation: "pad", message: "\(before) before and \(after) after, of shape \(source)")
    }
    let extents = source.extents.indices.map {
      before[$0] + after[$0] + source[$0] + max(source[$0] - 1, 0) * interior[$0]
    }
    if Shape(extents) == source { return a }
    return append(
      .pad(before: before, after: after, interior: interior, value: value), [a],
      shape: Shape(extents))
  }

  /// Rows of a along an axis, by number.
  public mutating func gather(
    _ a: NodeID, indices: NodeID, axis: Int
  ) throws(GraphError) -> NodeID {
    var shape = shape(of: a)
    guard shape.extents.indices.contains(axis), self.shape(of: indices).rank == 1 else {
      throw GraphError(
        operation: "gather",
        message: "axis \(axis) of \(shape) by indices of shape \(self.shape(of: indices))")
    }
    if case .constant(let values) = self[indices].operation,
      let wrong = values.first(where: { !(0..<Double(shape[axis]) ~= $0) || $0 != $0.rounded() })
    {
      throw GraphError(
        operation: "gather",
        message: "there is no row \(wrong) along axis \(axis) of \(shape); rows are whole numbers "
          + "from 0 to \(shape[axis] - 1)")
    }
    shape[axis] = self.shape(of: indices)[0]
    return append(.gather(axis: axis), [a, indices], shape: shape)
  }

  /// Adds rows of values to rows of zeros: the adjoint of `gather`.
  public mutating func scatterAdd(
    _ values: NodeID, indices: NodeID, axis: Int, extent: Int
  ) throws(GraphError) -> NodeID {
    var shape = shape(of: values)
    guard shape.extents.indices.contains(axis), [shape[axis]] == self.shape(of: indices).extents
    else {
      throw GraphError(
        operation: "scatterAdd",
        message: "axis \(axis) of \(shape) by indices of shape \(self.shape(of: indices))")
    }
    shape[axis] = extent
    return append(.scatterAdd(axis: axis, extent: extent), [values, indices], shape: shape)
  }
}
