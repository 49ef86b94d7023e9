extension Rewriter {
  /// A product in its cheapest order, if that is cheaper than the written one.
  mutating func cheaperProduct(_ id: NodeID) throws(GraphError) -> NodeID? {
    switch source[id].operation {
    case .einsum, .reduce(.sum, _), .reduce(.mean, _), .binary(.multiply): break
    default: return nil
    }
    guard source[id].shape.count > 0 else { return nil }
    // On fixed prompts it may pay to compute anew what others read too.
    if fixedPrompts, let better = try cheaperProduct(id, sharing: true) { return better }
    return try cheaperProduct(id, sharing: false)
  }

  private mutating func cheaperProduct(
    _ id: NodeID, sharing: Bool
  ) throws(GraphError) -> NodeID? {
    let product = product(of: id, sharing: sharing)
    guard product.isContraction, product.factors.count <= 8, product.extents.allSatisfy({ $0 > 0 })
    else { return nil }
    if product.factors.isEmpty { return graph.uniform(product.coefficient, source[id].shape) }
    guard let plan = plan(product), plan.cost < product.writtenCost - 1e-9 else { return nil }
    return try emit(product, plan, shape: source[id].shape)
  }

  /// A node as a product.
  ///
  /// - Parameters:
  ///   - sharing: dissolves also what others read.
  ///   - dissolvingFixed: and of that what is fixed.
  func product(
    of id: NodeID, sharing: Bool = false, dissolvingFixed: Bool = false
  ) -> Product {
    var product = Product()
    product.sharesFactors = sharing
    product.sharesFixed = dissolvingFixed
    product.output = source[id].shape.extents.map { product.label($0) }
    collect(id, product.output, into: &product, isTop: true)
    product.countUnusedLabels()
    return product
  }

  func plan(_ product: Product) -> ContractionPlan? {
    ContractionPlan(product) { $0.new ?? kind($0.node) }
  }

  /// Adds a node to a product: what it is made of where nothing else reads it, else itself.
  func collect(
    _ id: NodeID, _ labels: [Int], into product: inout Product, isTop: Bool = false,
    isOnlyReader: Bool = true
  ) {
    let node = source[id]
    if let value = source.uniformValue(id) {
      product.coefficient *= value
      return
    }
    // What is behind a move that others read too is not this product's to dissolve.
    let isAlone = isTop || (isOnlyReader && uses[id.index] == 1)
    let mayDissolve =
      isAlone || (product.sharesFactors && (product.sharesFixed || !isFixed[id.index]))
    let isOwn = isTop || (mayDissolve && product.factors.count < 6)
    // What others read is computed for them in any case.
    let ownCost =
      isOwn && isAlone
      ? Product.cost(
        flops: source.flops(of: id), elements: Double(node.shape.count), kind(id)) : 0
    product.writtenCost += ownCost
    switch node.operation {
    case .transpose(let permutation):
      var inner = labels
      for (axis, origin) in permutation.enumerated() { inner[origin] = labels[axis] }
      return collect(node.inputs[0], inner, into: &product, isOnlyReader: isAlone)
    case .broadcast:
      let shape = source.shape(of: node.inputs[0])
      let skipped = node.shape.rank - shape.rank
      var inner: [Int] = []
      for axis in shape.extents.indices {
        let isStretched = shape[axis] == 1 && product.extents[labels[axis + skipped]] != 1
        inner.append(isStretched ? product.label(1) : labels[axis + skipped])
      }
      return collect(node.inputs[0], inner, into: &product, isOnlyReader: isAlone)
    case .reshape:
      let shape = source.shape(of: node.inputs[0])
      let wide = labels.filter { product.extents[$0] != 1 }
      guard shape.extents.filter({ $0 != 1 }) == wide.map({ product.extents[$0] }) else { break }
      var rest = wide[...]
      let inner = shape.extents.map { $0 == 1 ? product.label(1) : rest.removeFirst() }
      return collect(node.inputs[0], inner, into: &product, isOnlyReader: isAlone)
    case .einsum(let spec) where isOwn:
      var known: [Int: Int] = [:]
      for (label, outer) in zip(spec.output, labels) { known[label] = outer }
      product.isContraction = true
      let operands = zip([spec.left] + (spec.right.map { [$0] } ?? []), node.inputs)
      for (inner, input) in operands {
        for (axis, label) in inner.enumerated() where known[label] == nil {
          known[label] = product.label(source.shape(of: input)[axis])
        }
      }
      for (inner, input) in operands {
        collect(input, inner.map { known[$0]! }, into: &product, isOnlyReader: isAlone)
      }
      return
    case .reduce(let reduction, let axes) where isOwn && reduction != .max:
      let shape = source.shape(of: node.inputs[0])
      var rest = labels[...]
      var inner: [Int] = []
      for axis in shape.extents.indices {
        inner.append(axes.contains(axis) ? product.label(shape[axis]) : rest.removeFirst())
      }
      if reduction == .mean { product.coefficient /= axes.reduce(1) { $0 * Double(shape[$1]) } }
      product.isContraction = true
      return collect(node.inputs[0], inner, into: &product, isOnlyReader: isAlone)
    case .binary(.multiply) where isOwn:
      collect(node.inputs[0], labels, into: &product, isOnlyReader: isAlone)
      return collect(node.inputs[1], labels, into: &product, isOnlyReader: isAlone)
    case .unary(.negate) where isOwn:
      product.coefficient = -product.coefficient
      return collect(node.inputs[0], labels, into: &product, isOnlyReader: isAlone)
    default: break
    }
    // It stays as it is, whatever the order.
    product.writtenCost -= ownCost
    product.factors.append(
      Product.Factor(node: id, labels: labels.filter { product.extents[$0] != 1 }))
  }
}
