extension ReverseSweep {
  /// Operations that move values, or repeat them: the adjoint moves them back, and adds up.
  mutating func rearrange(_ id: NodeID, _ cotangent: NodeID) throws(GraphError) {
    let node = graph[id]
    let input = node.inputs[0]
    let source = graph.shape(of: input)
    switch node.operation {
    case .reshape: try pass(graph.reshape(cotangent, source), to: input, from: id)
    case .transpose(let permutation):
      var inverse = permutation
      for (axis, origin) in permutation.enumerated() { inverse[origin] = axis }
      try pass(graph.transpose(cotangent, inverse), to: input, from: id)
    case .broadcast: try pass(graph.sumStretched(cotangent, to: source), to: input, from: id)
    case .slice(let start, _, let stride):
      guard node.shape.count > 0 else { return }
      let after = start.indices.map {
        source[$0] - 1 - (start[$0] + (node.shape[$0] - 1) * stride[$0])
      }
      let padded = try graph.pad(
        cotangent, before: start, after: after, interior: stride.map { $0 - 1 })
      try pass(padded, to: input, from: id)
    case .pad(let before, _, let interior, _):
      guard source.count > 0 else { return }
      let stop = before.indices.map { before[$0] + (source[$0] - 1) * (interior[$0] + 1) + 1 }
      let sliced = try graph.slice(
        cotangent, start: before, stop: stop, stride: interior.map { $0 + 1 })
      try pass(sliced, to: input, from: id)
    case .concatenate(let axis):
      var offset = 0
      for part in node.inputs {
        let extent = graph.shape(of: part)[axis]
        if isActive[part.index] {
          let share = try graph.slice(cotangent, axis: axis, offset..<offset + extent)
          try pass(share, to: part, from: id)
        }
        offset += extent
      }
    case .gather(let axis):
      let sum = try graph.scatterAdd(
        cotangent, indices: node.inputs[1], axis: axis, extent: source[axis])
      try pass(sum, to: input, from: id)
    case .scatterAdd(let axis, _):
      let rows = try graph.gather(cotangent, indices: node.inputs[1], axis: axis)
      try pass(rows, to: input, from: id)
    default: break
    }
  }
}
