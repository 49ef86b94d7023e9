extension Rewriter {
  /// A contraction of a parameter with a fixed tensor D that is symmetric in two of the summed axes
  /// needs half of D:
  ///     Σ_ij P_ij D_ij = Σ_{i ≤ j} (P_ij + P_ji [i ≠ j]) D_ij
  mutating func foldedSymmetry(_ id: NodeID) throws(GraphError) -> NodeID? {
    guard case .einsum(let spec) = source[id].operation, let right = spec.right else { return nil }
    let inputs = source[id].inputs
    let kinds = inputs.map(kind)
    for (side, labels, others) in [(0, spec.left, right), (1, right, spec.left)]
    where kinds[side].isFixed && kinds[side].isBatched
      && !kinds[1 - side].isFixed && !kinds[1 - side].isBatched
    {
      let shape = source.shape(of: inputs[side])
      for i in labels.indices {
        for j in labels.indices where i < j && shape[i] == shape[j] && (2...16).contains(shape[i]) {
          let isSummed = [labels[i], labels[j]].allSatisfy {
            others.contains($0) && !spec.output.contains($0)
          }
          guard isSummed, isSymmetric(inputs[side], i, j) else { continue }
          return try folded(id, spec, side: side, labels[i], labels[j], extent: shape[i])
        }
      }
    }
    return nil
  }

  private mutating func folded(
    _ id: NodeID, _ spec: EinsumSpec, side: Int, _ first: Int, _ second: Int, extent n: Int
  ) throws(GraphError) -> NodeID {
    let pairs = (0..<n).flatMap { i in (i..<n).map { (i, $0) } }
    var choice = [Double](repeating: 0, count: pairs.count * n * n)
    for (row, pair) in pairs.enumerated() {
      choice[(row * n + pair.0) * n + pair.1] = 1
      choice[(row * n + pair.1) * n + pair.0] = 1
    }
    let half = try graph.constant(pairs.map { Double($0.0 * n + $0.1) }, [pairs.count])
    let both = try graph.constant(choice, [pairs.count, n * n])
    var operands: [NodeID] = []
    var lists: [[Int]] = []
    // The pairs get a label that is not in use.
    let pair = ([spec.left, spec.right ?? [], spec.output].joined().max() ?? 0) + 1
    for (place, labels) in [spec.left, spec.right ?? []].enumerated() {
      let input = source[id].inputs[place]
      let rest = labels.indices.filter { labels[$0] != first && labels[$0] != second }
      let order = rest + [labels.firstIndex(of: first)!, labels.firstIndex(of: second)!]
      let extents = rest.map { source.shape(of: input)[$0] }
      let flat = try graph.reshape(
        graph.transpose(self.place(input), order), Shape(extents + [n * n]))
      let own = rest.map { labels[$0] }
      lists.append(own + [pair])
      if place == side {
        operands.append(try graph.gather(flat, indices: half, axis: rest.count))
      } else {
        let squares = pair + 1
        operands.append(
          try graph.einsum(
            EinsumSpec(left: own + [squares], right: [pair, squares], output: own + [pair]), flat,
            both))
      }
    }
    return try graph.einsum(
      EinsumSpec(left: lists[0], right: lists[1], output: spec.output), operands[0], operands[1])
  }

  /// A symmetric matrix of data is read along its rows, so that products with it and with its
  /// transposed are one.
  mutating func orientedEinsum(_ id: NodeID) throws(GraphError) -> NodeID? {
    guard case .einsum(let spec) = source[id].operation, let right = spec.right else { return nil }
    let inputs = source[id].inputs
    for (side, labels, others) in [(0, spec.left, right), (1, right, spec.left)]
    where kind(inputs[side]).isFixed && !source[inputs[side]].isBatched && labels.count >= 2 {
      for i in labels.indices where others.contains(labels[i]) && !spec.output.contains(labels[i]) {
        for j in labels.indices
        where j > i && spec.output.contains(labels[j]) && !others.contains(labels[j])
          && isSymmetric(inputs[side], i, j)
        {
          var swapped = labels
          swapped.swapAt(i, j)
          let spec = EinsumSpec(
            left: side == 0 ? swapped : spec.left, right: side == 0 ? right : swapped,
            output: spec.output)
          return try graph.einsum(spec, place(inputs[0]), place(inputs[1]))
        }
      }
    }
    return nil
  }

  /// Whether a tensor is known to stay the same when two axes change places.
  func isSymmetric(_ id: NodeID, _ i: Int, _ j: Int) -> Bool {
    let node = source[id]
    guard node.shape[i] == node.shape[j] else { return false }
    switch node.operation {
    case .unary, .batchSum: return isSymmetric(node.inputs[0], i, j)
    case .binary(let operation) where operation != .multiply:
      return node.inputs.allSatisfy { isSymmetric($0, i, j) }
    default: break
    }
    let product = product(of: id, sharing: true, dissolvingFixed: true)
    let (first, second) = (product.output[i], product.output[j])
    let swapped = product.factors.map { factor in
      var factor = factor
      factor.labels = factor.labels.map { $0 == first ? second : $0 == second ? first : $0 }
      return factor
    }
    let output = Dictionary(uniqueKeysWithValues: product.output.map { ($0, $0) })
    if Product.matching(product.factors, swapped, output) != nil { return true }
    // One factor may have both axes.
    let owners = product.factors.filter { $0.labels.contains(first) || $0.labels.contains(second) }
    guard let owner = owners.first, owners.count == 1, owner.node != id,
      let a = axis(of: first, in: owner), let b = axis(of: second, in: owner)
    else { return false }
    return isSymmetric(owner.node, a, b)
  }

  private func axis(of label: Int, in factor: Product.Factor) -> Int? {
    let shape = source.shape(of: factor.node)
    let wide = shape.extents.indices.filter { shape[$0] != 1 }
    return factor.labels.firstIndex(of: label).map { wide[$0] }
  }
}
