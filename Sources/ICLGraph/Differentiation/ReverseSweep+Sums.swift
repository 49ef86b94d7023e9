extension ReverseSweep {
  mutating func einsum(
    _ spec: EinsumSpec, _ id: NodeID, _ cotangent: NodeID
  ) throws(GraphError) {
    let inputs = graph[id].inputs
    if isActive[inputs[0].index] {
      let share = try adjoint(
        of: spec.left, other: spec.right.map { ($0, inputs[1]) }, spec.output, cotangent,
        shape: graph.shape(of: inputs[0]))
      try pass(share, to: inputs[0], from: id)
    }
    if let right = spec.right, isActive[inputs[1].index] {
      let share = try adjoint(
        of: right, other: (spec.left, inputs[0]), spec.output, cotangent,
        shape: graph.shape(of: inputs[1]))
      try pass(share, to: inputs[1], from: id)
    }
  }

  /// The cotangent contracted with the other operand; a label that only this operand has was
  /// summed alone, so its derivative repeats.
  private mutating func adjoint(
    of labels: [Int], other: (labels: [Int], node: NodeID)?, _ output: [Int], _ cotangent: NodeID,
    shape: Shape
  ) throws(GraphError) -> NodeID {
    let present = Set(output + (other?.labels ?? []))
    let spec = EinsumSpec(
      left: output, right: other?.labels, output: labels.filter { present.contains($0) })
    let isCopy = other == nil && spec.left == spec.output
    let product = isCopy ? cotangent : try graph.einsum(spec, cotangent, other?.node)
    let missing = labels.indices.filter { !present.contains(labels[$0]) }
    return missing.isEmpty ? product : try graph.stretch(product, to: shape, along: missing)
  }

  mutating func reduce(
    _ reduction: Reduction, _ axes: [Int], _ id: NodeID, _ cotangent: NodeID
  ) throws(GraphError) {
    let input = graph[id].inputs[0]
    let shape = graph.shape(of: input)
    switch reduction {
    case .sum:
      try pass(graph.stretch(cotangent, to: shape, along: axes), to: input, from: id)
    case .mean:
      let count = axes.reduce(1) { $0 * shape[$1] }
      let share = try graph.scale(cotangent, by: 1 / Double(count))
      try pass(graph.stretch(share, to: shape, along: axes), to: input, from: id)
    case .max:
      let choice = graph.append(.firstMaximum(axes: axes), [input], shape: shape)
      let share = try graph.multiply(choice, graph.stretch(cotangent, to: shape, along: axes))
      try pass(share, to: input, from: id)
    }
  }
}
