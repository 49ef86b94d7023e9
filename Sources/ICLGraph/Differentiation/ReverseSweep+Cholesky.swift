extension ReverseSweep {
  /// With cotangents C1 [n, n] of L1 and C2 [m - n, n] of X = B L1⁻ᵀ:
  ///     B̄ = C2 L1⁻¹,   T = lower triangle of C1 - B̄ᵀ X,   Ā1 = sym(L1⁻ᵀ Φ(L1ᵀ T) L1⁻¹)
  /// where Φ takes the lower triangle with half the diagonal, and sym(S) = (S + Sᵀ) / 2. Since
  /// L1⁻ᵀ = A1⁻¹ L1, solves with A1 do it, which have derivatives themselves. (Murray 2016,
  /// "Differentiation of the Cholesky decomposition", equation 10.)
  mutating func cholesky(_ id: NodeID, _ cotangent: NodeID) throws(GraphError) {
    let input = graph[id].inputs[0]
    let shape = graph.shape(of: id)
    let axis = shape.rank - 2
    let (m, n) = (shape[axis], shape[axis + 1])
    let a = try graph.slice(input, axis: axis, 0..<n)
    let lower = try graph.slice(id, axis: axis, 0..<n)
    var below: NodeID?
    var triangle = try graph.slice(cotangent, axis: axis, 0..<n)
    if m > n {
      let rows = try graph.slice(cotangent, axis: axis, n..<m)
      let turned = try graph.solve(a, graph.product(lower, rows, "ij,kj->ik"))
      let taken = try graph.product(turned, graph.slice(id, axis: axis, n..<m), "ij,jk->ik")
      triangle = try graph.subtract(triangle, taken)
      below = try graph.product(turned, nil, "ij->ji")
    }
    triangle = try graph.multiply(triangle, graph.lowerTriangle(n, diagonal: 1))
    let half = try graph.multiply(
      graph.product(lower, triangle, "ji,jk->ik"), graph.lowerTriangle(n, diagonal: 0.5))
    let left = try graph.solve(a, graph.product(lower, half, "ij,jk->ik"))
    let both = try graph.solve(a, graph.product(lower, left, "ij,kj->ik"))
    let symmetric = try graph.scale(
      graph.add(both, graph.product(both, nil, "ij->ji")), by: 0.5)
    let parts = [symmetric] + (below.map { [$0] } ?? [])
    try pass(graph.concatenate(parts, axis: axis), to: input, from: id)
  }
}

extension Graph {
  /// A contraction of matrices, for each combination of the leading axes.
  fileprivate mutating func product(
    _ a: NodeID, _ b: NodeID?, _ text: String
  ) throws(GraphError) -> NodeID {
    let matrix = try EinsumSpec(text)
    let leading = (0..<shape(of: a).rank - 2).map { $0 + 3 }
    let spec = EinsumSpec(
      left: leading + matrix.left, right: matrix.right.map { leading + $0 },
      output: leading + matrix.output)
    return try einsum(spec, a, b)
  }

  /// 1 below the diagonal, 0 above it.
  fileprivate mutating func lowerTriangle(
    _ n: Int, diagonal: Double
  ) throws(GraphError) -> NodeID {
    try constant(
      (0..<n * n).map { $0 / n > $0 % n ? 1 : $0 / n == $0 % n ? diagonal : 0 }, [n, n])
  }
}
