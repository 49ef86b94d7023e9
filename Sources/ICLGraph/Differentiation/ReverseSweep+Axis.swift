extension ReverseSweep {
  /// y (c - sum of c y), where masked weights y are zero and get nothing.
  mutating func softmax(_ axis: Int, _ id: NodeID, _ cotangent: NodeID) throws(GraphError) {
    let shape = graph.shape(of: id)
    let labels = Array(0..<shape.rank)
    let spec = EinsumSpec(left: labels, right: labels, output: labels.filter { $0 != axis })
    let mean = try graph.einsum(spec, cotangent, id)
    let difference = try graph.subtract(
      cotangent, graph.stretch(mean, to: shape, along: [axis]))
    try pass(graph.multiply(id, difference), to: graph[id].inputs[0], from: id)
  }

  /// With l[t] = c[t] + a[t + 1] l[t + 1]: the derivative for b[t] is l[t], for a[t] it is
  /// l[t] h[t - 1], and for the initial state a[0] l[0].
  mutating func linearRecurrence(
    _ reverse: Bool, _ id: NodeID, _ cotangent: NodeID
  ) throws(GraphError) {
    let inputs = graph[id].inputs
    let shape = graph.shape(of: id)
    let length = shape[0]
    guard length > 0 else { return }
    var row = shape
    row[0] = 1
    let zero = graph.zeros(row)
    let lambda: NodeID
    if length == 1 {
      lambda = cotangent
    } else {
      let later = try graph.shift(inputs[0], toward: reverse ? 1 : -1, filling: zero)
      lambda = try graph.linearRecurrence(later, cotangent, reverse: !reverse)
    }
    try pass(lambda, to: inputs[1], from: id)
    if isActive[inputs[0].index] {
      let first = inputs.count == 3 ? try graph.reshape(inputs[2], row) : zero
      let before =
        length == 1 ? first : try graph.shift(id, toward: reverse ? -1 : 1, filling: first)
      try pass(graph.multiply(lambda, before), to: inputs[0], from: id)
    }
    if inputs.count == 3, isActive[inputs[2].index] {
      let start = reverse ? length - 1..<length : 0..<1
      let factor = try graph.slice(inputs[0], axis: 0, start)
      let share = try graph.multiply(factor, graph.slice(lambda, axis: 0, start))
      try pass(graph.reshape(share, shape.removing([0])), to: inputs[2], from: id)
    }
  }

  /// With V = A^-1 c: V for B, and -(V X^T + X V^T) / 2 for the symmetric A.
  mutating func solve(_ id: NodeID, _ cotangent: NodeID) throws(GraphError) {
    let inputs = graph[id].inputs
    let adjoint = try graph.solve(inputs[0], cotangent)
    try pass(adjoint, to: inputs[1], from: id)
    guard isActive[inputs[0].index] else { return }
    let rank = graph.shape(of: id).rank
    let batch = Array(0..<rank - 2)
    let spec = EinsumSpec(
      left: batch + [rank, rank + 2], right: batch + [rank + 1, rank + 2],
      output: batch + [rank, rank + 1])
    let sum = try graph.add(
      graph.einsum(spec, adjoint, id), graph.einsum(spec, id, adjoint))
    try pass(graph.scale(sum, by: -0.5), to: inputs[0], from: id)
  }

  mutating func custom(
    _ operation: CustomOperation, _ id: NodeID, _ cotangent: NodeID
  ) throws(GraphError) {
    guard operation.pullback != nil else {
      throw GraphError(
        operation: "custom \(operation.name)",
        message: "it has no pullback, so it cannot be trained through; give it one, or stop the "
          + "gradient at its result")
    }
    let inputs = graph[id].inputs
    for (number, input) in inputs.enumerated() where isActive[input.index] {
      let share = graph.append(
        .customPullback(operation, input: number), inputs + [id, cotangent],
        shape: graph.shape(of: input))
      try pass(share, to: input, from: id)
    }
  }
}

extension Graph {
  /// Moves rows by one along the first axis; the freed row becomes `row`, and one falls off.
  fileprivate mutating func shift(
    _ a: NodeID, toward direction: Int, filling row: NodeID
  ) throws(GraphError) -> NodeID {
    let length = shape(of: a)[0]
    return direction > 0
      ? try concatenate([row, slice(a, axis: 0, 0..<length - 1)], axis: 0)
      : try concatenate([slice(a, axis: 0, 1..<length), row], axis: 0)
  }
}
