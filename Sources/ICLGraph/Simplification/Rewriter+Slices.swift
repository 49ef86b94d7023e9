extension Rewriter {
  /// A slice of a result that nothing else reads becomes a result of slices: only what is read is
  /// computed.
  mutating func pushedSlice(_ id: NodeID) throws(GraphError) -> NodeID? {
    let node = source[id]
    guard case .slice(let start, let stop, let stride) = node.operation else { return nil }
    let inner = source[node.inputs[0]]
    let isView: Bool
    switch inner.operation {
    case .slice, .broadcast, .transpose: isView = true
    default: isView = false
    }
    guard isView || uses[node.inputs[0].index] == 1 else { return nil }
    let cut = Cut(start: start, stop: stop, stride: stride)
    switch inner.operation {
    case .slice(let outerStart, _, let outerStride):
      let first = start.indices.map { outerStart[$0] + start[$0] * outerStride[$0] }
      let steps = start.indices.map { outerStride[$0] * stride[$0] }
      let last = start.indices.map {
        node.shape[$0] == 0 ? first[$0] : first[$0] + (node.shape[$0] - 1) * steps[$0] + 1
      }
      return try graph.slice(place(inner.inputs[0]), start: first, stop: last, stride: steps)
    case .unary(let operation):
      return graph.unary(operation, try apply(cut, to: inner.inputs[0]))
    case .binary(let operation):
      return try graph.binary(
        operation, apply(cut, to: inner.inputs[0]), apply(cut, to: inner.inputs[1]))
    case .select:
      return try graph.select(
        apply(cut, to: inner.inputs[0]), apply(cut, to: inner.inputs[1]),
        apply(cut, to: inner.inputs[2]))
    case .broadcast:
      let shape = source.shape(of: inner.inputs[0])
      let skipped = start.count - shape.rank
      let axes = shape.extents.indices.map { shape[$0] == 1 ? nil : Optional($0 + skipped) }
      guard node.shape.count > 0 else { return nil }
      return try graph.broadcast(apply(cut.picking(axes), to: inner.inputs[0]), to: node.shape)
    case .transpose(let permutation):
      var axes = [Int?](repeating: nil, count: permutation.count)
      for (axis, origin) in permutation.enumerated() { axes[origin] = axis }
      return try graph.transpose(apply(cut.picking(axes), to: inner.inputs[0]), permutation)
    case .einsum(let spec):
      func sliced(_ labels: [Int], _ input: NodeID) throws(GraphError) -> NodeID {
        try apply(cut.picking(labels.map { spec.output.firstIndex(of: $0) }), to: input)
      }
      let left = try sliced(spec.left, inner.inputs[0])
      guard let right = spec.right else { return try graph.einsum(spec, left) }
      return try graph.einsum(spec, left, sliced(right, inner.inputs[1]))
    case .reduce(let reduction, let axes):
      let rank = source.shape(of: inner.inputs[0]).rank
      let kept = (0..<rank).filter { !axes.contains($0) }
      let picked = cut.picking((0..<rank).map { kept.firstIndex(of: $0) })
      return try graph.reduce(reduction, apply(picked, to: inner.inputs[0]), axes: axes)
    case .pad(let before, _, let interior, _):
      let shape = source.shape(of: inner.inputs[0])
      let first = start.indices.map { start[$0] - before[$0] }
      let last = stop.indices.map { stop[$0] - before[$0] }
      guard interior.allSatisfy({ $0 == 0 }), first.allSatisfy({ $0 >= 0 }),
        last.indices.allSatisfy({ last[$0] <= shape[$0] })
      else { return nil }
      return try graph.slice(place(inner.inputs[0]), start: first, stop: last, stride: stride)
    case .softmax(let axis, let masked):
      guard node.shape[axis] == inner.shape[axis] else { return nil }
      let mask = masked ? try apply(cut, to: inner.inputs[1]) : nil
      return try graph.softmax(apply(cut, to: inner.inputs[0]), mask: mask, axis: axis)
    default: return nil
    }
  }

  private mutating func apply(_ cut: Cut, to input: NodeID) throws(GraphError) -> NodeID {
    let shape = source.shape(of: input)
    return try graph.slice(
      place(input), start: cut.start.map { $0 ?? 0 },
      stop: cut.stop.indices.map { cut.stop[$0] ?? shape[$0] },
      stride: cut.stride.map { $0 ?? 1 })
  }
}

/// A slice whose axes may be whole (nil).
private struct Cut {
  var start: [Int?]
  var stop: [Int?]
  var stride: [Int?]

  init(start: [Int?], stop: [Int?], stride: [Int?]) {
    self.start = start
    self.stop = stop
    self.stride = stride
  }

  /// Axis i of the result is cut like axis axes[i] of this, or whole.
  func picking(_ axes: [Int?]) -> Cut {
    Cut(
      start: axes.map { $0.flatMap { start[$0] } }, stop: axes.map { $0.flatMap { stop[$0] } },
      stride: axes.map { $0.flatMap { stride[$0] } })
  }
}
