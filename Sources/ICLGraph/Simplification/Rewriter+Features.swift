extension Rewriter {
  /// P · D + P · E becomes P · (D + E), where D and E are fixed: what remains for each step is one
  /// contraction with the sum. Fixed factors that both have stay outside of it too.
  mutating func mergedFeatures(_ id: NodeID) throws(GraphError) -> NodeID? {
    let node = source[id]
    guard case .binary(let operation) = node.operation, operation == .add || operation == .subtract,
      node.isBatched, node.shape.count > 0,
      node.inputs.allSatisfy({ !isFixed[$0.index] && uses[$0.index] == 1 })
    else { return nil }
    let first = product(of: node.inputs[0], sharing: true)
    let second = product(of: node.inputs[1], sharing: true)
    var (weights, features) = split(first)
    var (others, added) = split(second)
    guard !weights.isEmpty, !features.isEmpty, !added.isEmpty, features.count <= 8,
      added.count <= 8,
      first.extents.allSatisfy({ $0 > 0 }), second.extents.allSatisfy({ $0 > 0 })
    else { return nil }
    // Both have the same axes, so they have the same labels for them.
    let output = Dictionary(uniqueKeysWithValues: first.output.map { ($0, $0) })
    guard var map = Product.matching(weights, others, output) else { return nil }
    for factor in features where features.count > 1 && added.count > 1 {
      for (place, other) in added.enumerated() {
        guard let wider = Product.matching([factor], [other], map) else { continue }
        map = wider
        weights.append(factor)
        others.append(added.remove(at: place))
        features.remove(at: features.firstIndex { $0 == factor }!)
        break
      }
    }
    let kept = Set(weights.flatMap(\.labels) + first.output)
    let labels = Set(features.flatMap(\.labels)).intersection(kept).sorted()
    let images = labels.map { map[$0] ?? -1 }
    guard
      Set(images)
        == Set(added.flatMap(\.labels)).intersection(others.flatMap(\.labels) + second.output),
      let plans = plan(first).flatMap({ a in plan(second).map { a.cost + $0.cost } })
    else { return nil }
    var (left, right) = (first, second)
    (left.factors, left.output) = (features, labels)
    (right.factors, right.output) = (added, images)
    guard let leftPlan = plan(left), let rightPlan = plan(right) else { return nil }
    let shape = Shape(labels.map { first.extents[$0] })
    let sum = try graph.binary(
      operation, emit(left, leftPlan, shape: shape), emit(right, rightPlan, shape: shape))
    var merged = first
    merged.coefficient = 1
    merged.factors =
      weights + [
        Product.Factor(
          node: sum, new: Product.Kind(isBatched: graph[sum].isBatched, isFixed: true),
          labels: labels)
      ]
    guard let plan = plan(merged), plan.cost < plans else { return nil }
    return try emit(merged, plan, shape: node.shape)
  }

  private func split(_ product: Product) -> (changing: [Product.Factor], fixed: [Product.Factor]) {
    (
      product.factors.filter { !isFixed[$0.node.index] },
      product.factors.filter { isFixed[$0.node.index] }
    )
  }

  /// The sum over the batch of a product, times what is one number for all prompts.
  mutating func pulledScalars(_ id: NodeID) throws(GraphError) -> NodeID? {
    let node = source[id]
    guard case .batchSum = node.operation, source[node.inputs[0]].isBatched,
      uses[node.inputs[0].index] == 1, node.shape.count > 0
    else { return nil }
    var product = product(of: node.inputs[0])
    let scalars = product.factors.filter { $0.labels.isEmpty && !source[$0.node].isBatched }
    guard !scalars.isEmpty || product.coefficient != 1, product.factors.count <= 8 else {
      return nil
    }
    let coefficient = product.coefficient
    product.coefficient = 1
    product.factors.removeAll { $0.labels.isEmpty && !source[$0.node].isBatched }
    guard let plan = plan(product) else { return nil }
    var sum = graph.batchSum(try emit(product, plan, shape: node.shape))
    for scalar in scalars {
      let value = try graph.reshape(place(scalar.node), [])
      sum = try graph.binary(.multiply, sum, value)
    }
    return try graph.scale(sum, by: coefficient)
  }
}
