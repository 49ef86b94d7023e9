extension Rewriter {
  /// X · D + X · E becomes X · (D + E): one contraction less, where adding D and E is less work.
  ///
  /// So the gradient of a Gram matrix X Xᵀ, which is X · D + X · Dᵀ, costs one product.
  mutating func distributed(_ id: NodeID) throws(GraphError) -> NodeID? {
    guard case .binary(.add) = source[id].operation, source[id].shape.count > 0 else { return nil }
    let terms = addends(of: id)
    guard terms.count <= 16 else { return nil }
    let products = terms.map { term -> Product? in
      guard uses[term.index] == 1 else { return nil }
      let product = product(of: term)
      return product.isContraction && (2...8).contains(product.factors.count)
        && product.extents.allSatisfy { $0 > 0 } ? product : nil
    }
    for (first, left) in products.enumerated() {
      guard let left else { continue }
      for second in products.indices.dropFirst(first + 1) {
        guard let right = products[second],
          let merged = try merged(left, right, shape: source[id].shape)
        else { continue }
        let others = terms.indices.filter { $0 != first && $0 != second }.map { place(terms[$0]) }
        var sum = others.first
        for other in others.dropFirst() { sum = try graph.add(sum!, other) }
        return try sum.map { sum throws(GraphError) in try graph.add(sum, merged) } ?? merged
      }
    }
    return nil
  }

  /// The terms of a sum, from left to right; sums that others read too are terms.
  func addends(of id: NodeID, isTop: Bool = true) -> [NodeID] {
    guard case .binary(.add) = source[id].operation, isTop || uses[id.index] == 1 else {
      return [id]
    }
    return source[id].inputs.flatMap { addends(of: $0, isTop: false) }
  }

  /// The sum of two products that have a factor in common, as one; nil if that is no less work.
  private mutating func merged(
    _ first: Product, _ second: Product, shape: Shape
  ) throws(GraphError) -> NodeID? {
    // Both have the same axes, so they have the same labels for them.
    let output = Dictionary(uniqueKeysWithValues: first.output.map { ($0, $0) })
    for (i, factor) in first.factors.enumerated() {
      for (j, other) in second.factors.enumerated() where other.node == factor.node {
        guard let map = Product.matching([factor], [other], output) else { continue }
        var (left, right, whole) = (first, second, first)
        left.factors.remove(at: i)
        right.factors.remove(at: j)
        left.output = Set(left.factors.flatMap(\.labels))
          .intersection(factor.labels + first.output).sorted()
        right.output = left.output.map { map[$0]! }
        let wanted = Set(right.factors.flatMap(\.labels))
          .intersection(other.labels + second.output)
        guard Set(right.output) == wanted else { continue }
        if left.coefficient == right.coefficient {
          (left.coefficient, right.coefficient) = (1, 1)
        } else {
          whole.coefficient = 1
        }
        let kinds = (left.factors + right.factors).map { kind($0.node) }
        let sum = Product.Kind(
          isBatched: kinds.contains(where: \.isBatched), isFixed: kinds.allSatisfy(\.isFixed))
        let size = first.size(left.output)
        // The node of the sum is appended when it is known that it pays.
        whole.factors = [factor, Product.Factor(node: factor.node, new: sum, labels: left.output)]
        guard let a = plan(first), let b = plan(second), let leftPlan = plan(left),
          let rightPlan = plan(right), let plan = plan(whole),
          leftPlan.cost + rightPlan.cost + plan.cost
            + Product.cost(flops: size, elements: size, sum) < a.cost + b.cost
        else { continue }
        let extents = Shape(left.output.map { first.extents[$0] })
        whole.factors[1].node = try graph.add(
          emit(left, leftPlan, shape: extents), emit(right, rightPlan, shape: extents))
        return try emit(whole, plan, shape: shape)
      }
    }
    return nil
  }
}
