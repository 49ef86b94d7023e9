extension Rewriter {
  /// Appends a product in the order of a plan.
  mutating func emit(
    _ product: Product, _ plan: ContractionPlan, shape: Shape
  ) throws(GraphError) -> NodeID {
    let (value, labels) = try emit(plan.all, product, plan)
    let wanted = product.output.filter { labels.contains($0) }
    let ordered = try graph.transpose(value, wanted.map { labels.firstIndex(of: $0)! })
    // Labels that no factor has repeat, and axes of extent 1 come back.
    let missing = product.output.indices.filter { !labels.contains(product.output[$0]) }
    return try graph.stretch(ordered, to: shape, along: missing)
  }

  /// A set's value, and the labels of its axes.
  private mutating func emit(
    _ set: Int, _ product: Product, _ plan: ContractionPlan
  ) throws(GraphError) -> (NodeID, [Int]) {
    let step = plan.steps[set]!
    var node: NodeID
    var labels = step.labels
    if let (left, right) = step.parts {
      let (a, first) = try emit(left, product, plan)
      let (b, second) = try emit(right, product, plan)
      if set == plan.all { labels = product.output.filter { step.labels.contains($0) } }
      node = try contract(a, first, b, second, labels)
    } else {
      let factor = product.factors[set.trailingZeroBitCount]
      node = try graph.reshape(
        factor.new != nil ? factor.node : place(factor.node),
        Shape(factor.labels.map { product.extents[$0] }))
      let summed = factor.labels.indices.filter { !labels.contains(factor.labels[$0]) }
      if !summed.isEmpty { node = try graph.reduce(.sum, node, axes: summed) }
    }
    if plan.scaled == set { node = try graph.scale(node, by: product.coefficient) }
    return (node, labels)
  }

  private mutating func contract(
    _ a: NodeID, _ left: [Int], _ b: NodeID, _ right: [Int], _ output: [Int]
  ) throws(GraphError) -> NodeID {
    if left == output, right.allSatisfy({ left.contains($0) }) {
      return try multiplyAligned(a, left, b, right)
    }
    if right == output, left.allSatisfy({ right.contains($0) }) {
      return try multiplyAligned(b, right, a, left)
    }
    return try graph.einsum(EinsumSpec(left: left, right: right, output: output), a, b)
  }

  /// A product without a sum is elementwise, where the smaller operand's axes are in order.
  private mutating func multiplyAligned(
    _ a: NodeID, _ labels: [Int], _ b: NodeID, _ others: [Int]
  ) throws(GraphError) -> NodeID {
    guard others == labels.filter({ others.contains($0) }) else {
      return try graph.einsum(EinsumSpec(left: labels, right: others, output: labels), a, b)
    }
    var shape = graph.shape(of: a)
    for axis in labels.indices where !others.contains(labels[axis]) { shape[axis] = 1 }
    return try graph.binary(.multiply, a, graph.reshape(b, shape))
  }
}
