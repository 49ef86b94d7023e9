extension Rewriter {
  /// A contraction of parameters with a fixed tensor D that is symmetric in two of the summed axes
  /// needs half of D:
  ///     Σ_ij P_ij D_ij = Σ_{i ≤ j} (P_ij + P_ji [i ≠ j]) D_ij
  mutating func foldedSymmetry(_ id: NodeID) throws(GraphError) -> NodeID? {
    switch source[id].operation {
    case .einsum, .binary(.multiply), .reduce(.sum, _): break
    default: return nil
    }
    guard source[id].isBatched, !isFixed[id.index] else { return nil }
    let product = product(of: id, sharing: true)
    guard product.factors.count <= 8, product.extents.allSatisfy({ $0 > 0 }) else { return nil }
    for (place, factor) in product.factors.enumerated()
    where kind(factor.node).isFixed && kind(factor.node).isBatched {
      var others = product.factors
      others.remove(at: place)
      let weights = others.filter { isWeight($0) }
      let elsewhere = Set(others.filter { !isWeight($0) }.flatMap(\.labels) + product.output)
      let free = factor.labels.filter { label in
        !elsewhere.contains(label) && weights.contains { $0.labels.contains(label) }
      }
      for (i, first) in free.enumerated() {
        for second in free[(i + 1)...] where product.extents[first] == product.extents[second] {
          guard (2...16).contains(product.extents[first]),
            let a = axis(of: first, in: factor), let b = axis(of: second, in: factor),
            isSymmetric(factor.node, a, b)
          else { continue }
          return try folded(id, product, place, first, second)
        }
      }
    }
    return nil
  }

  /// A parameter, or what is computed from parameters.
  private func isWeight(_ factor: Product.Factor) -> Bool {
    let kind = kind(factor.node)
    return !kind.isBatched && !kind.isFixed && !factor.labels.isEmpty
  }

  private mutating func folded(
    _ id: NodeID, _ product: Product, _ place: Int, _ first: Int, _ second: Int
  ) throws(GraphError) -> NodeID? {
    let n = product.extents[first]
    let pairs = (0..<n).flatMap { i in (i..<n).map { (i, $0) } }
    var choice = [Double](repeating: 0, count: pairs.count * n * n)
    for (row, pair) in pairs.enumerated() {
      choice[(row * n + pair.0) * n + pair.1] = 1
      choice[(row * n + pair.1) * n + pair.0] = 1
    }
    let data = product.factors[place]
    var others = product.factors
    others.remove(at: place)
    var result = product
    let pair = result.label(pairs.count)

    // The parameters together, with their halves added up.
    var weights = product
    weights.coefficient = 1
    weights.factors = others.filter { isWeight($0) }
    others.removeAll { isWeight($0) }
    let outside = Set(others.flatMap(\.labels) + data.labels + product.output)
    let wide = Set(weights.factors.flatMap(\.labels)).intersection(outside)
    let rest = wide.subtracting([first, second]).sorted()
    weights.output = rest + [first, second]
    guard let weightPlan = plan(weights), let before = plan(product)?.cost else { return nil }
    let extents = rest.map { product.extents[$0] }
    let whole = try graph.reshape(
      emit(weights, weightPlan, shape: Shape(extents + [n, n])), Shape(extents + [n * n]))
    let axes = Array(rest.indices)
    let (square, half) = (rest.count, rest.count + 1)
    let added = try graph.einsum(
      EinsumSpec(left: axes + [square], right: [half, square], output: axes + [half]), whole,
      graph.constant(choice, [pairs.count, n * n]))

    // The data's half.
    let kept = data.labels.filter { $0 != first && $0 != second }
    let order = (kept + [first, second]).map { data.labels.firstIndex(of: $0)! }
    let dataExtents = kept.map { product.extents[$0] }
    let aligned = try graph.reshape(
      self.place(data.node), Shape(data.labels.map { product.extents[$0] }))
    let flat = try graph.reshape(
      graph.transpose(aligned, order), Shape(dataExtents + [n * n]))
    let indices = try graph.constant(pairs.map { Double($0.0 * n + $0.1) }, [pairs.count])
    let upper = try graph.gather(flat, indices: indices, axis: kept.count)

    result.factors =
      others + [
        Product.Factor(
          node: added, new: Product.Kind(isBatched: false, isFixed: false), labels: rest + [pair]),
        Product.Factor(
          node: upper, new: Product.Kind(isBatched: true, isFixed: true), labels: kept + [pair]),
      ]
    guard let plan = plan(result), plan.cost < before else { return nil }
    return try emit(result, plan, shape: source[id].shape)
  }

  /// A symmetric matrix of data is read along its rows in one way, so that products with it and with its
  /// transposed are one.
  mutating func orientedEinsum(_ id: NodeID) throws(GraphError) -> NodeID? {
    guard case .einsum(let spec) = source[id].operation, let right = spec.right else { return nil }
    let inputs = source[id].inputs
    if !source[id].isBatched, isFixed[inputs[1].index], !isFixed[inputs[0].index] {
      // Data first, so that equal products are one.
      return try graph.einsum(
        EinsumSpec(left: right, right: spec.left, output: spec.output), place(inputs[1]),
        place(inputs[0]))
    }
    for (side, labels, others) in [(0, spec.left, right), (1, right, spec.left)]
    where kind(inputs[side]).isFixed && !source[inputs[side]].isBatched && labels.count >= 2 {
      for i in labels.indices where others.contains(labels[i]) && !spec.output.contains(labels[i]) {
        for j in labels.indices
        where j < i && spec.output.contains(labels[j]) && !others.contains(labels[j])
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
