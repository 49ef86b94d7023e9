extension Graph {
  /// The same losses from moments of the data: for fixed prompts, of which every step reads all.
  ///
  /// Where the loss is a sum over the batch of |y - Σ_i P_i · D_i|², with parameters P and data y and
  /// D, it is
  ///     c0 + Σ_i P_i · (2 c_i + Σ_j C_ij P_j),   c0 = Σ y²,   c_i = -Σ D_i y,   C_ij = Σ D_i D_j
  /// and the sums over the batch need no parameter. The first root is the loss.
  public func byMoments(
    keeping roots: [NodeID]
  ) throws(GraphError) -> (graph: Graph, roots: [NodeID]) {
    let (source, places) = simplified(keeping: roots, fixedPrompts: true)
    var rewriter = Rewriter(source: source, roots: places, fixedPrompts: true)
    rewriter.takesMoments = true
    let rewritten = rewriter.run()
    let (graph, kept) = rewritten.graph.simplified(keeping: rewritten.roots, fixedPrompts: true)
    let isFixed = graph.fixedNodes(prompts: true)
    let changing = graph.reachable(from: [kept[0]]).first {
      graph[$0].isBatched && !isFixed[$0.index]
    }
    if let changing {
      let name = graph.names.filter { $0.value == changing }.keys.min().map { " (\($0))" } ?? ""
      throw GraphError(
        operation: "moments",
        message: "the loss is no sum of squares of values that are linear in features of the data: "
          + "\(graph[changing].operation) of shape \(graph.shape(of: changing))\(name) depends on "
          + "parameters")
    }
    return (graph, kept)
  }
}

extension Rewriter {
  /// P · D, with the labels of the residual's axes that each has.
  private struct Term {
    /// [outputs that P has, features]
    var weights: NodeID
    var weightLabels: [Int]
    /// [outputs that D has, features]
    var data: NodeID
    var dataLabels: [Int]
  }

  /// A sum over the batch of squares, times numbers that are fixed, from its moments.
  mutating func moments(_ id: NodeID) throws(GraphError) -> NodeID? {
    guard !isFixed[id.index], !source[id].isBatched, source[id].shape.count == 1,
      let (sum, scalars) = scaledSum(id)
    else { return nil }
    var inner = source[sum].inputs[0]
    var coefficient = 1.0
    strip: while true {
      let node = source[inner]
      switch node.operation {
      case .reshape, .reduce(.sum, _): break
      case .einsum(let spec) where spec.right == nil: break
      case .reduce(.mean, _):
        let count = source.shape(of: node.inputs[0]).count / max(node.shape.count, 1)
        coefficient /= Double(count)
      case .unary(.negate): coefficient = -coefficient
      case .binary(.multiply):
        guard let value = source.uniformValue(node.inputs[1]) else { break strip }
        coefficient *= value
      default: break strip
      }
      inner = node.inputs[0]
    }
    let square = source[inner]
    switch square.operation {
    case .unary(.square): break
    case .binary(.multiply) where square.inputs[0] == square.inputs[1]: break
    default: return nil
    }
    let value = try expanded(square.inputs[0]) { (graph, moment) throws(GraphError) in
      var total = try graph.scale(graph.batchSum(moment), by: coefficient)
      for scalar in scalars { total = try graph.binary(.multiply, total, scalar) }
      return total
    }
    return try value.map { (value) throws(GraphError) in
      try graph.reshape(value, source[id].shape)
    }
  }

  /// The sum over the batch, and what it is multiplied with, in the new graph.
  private mutating func scaledSum(_ id: NodeID) -> (sum: NodeID, scalars: [NodeID])? {
    let node = source[id]
    switch node.operation {
    case .batchSum: return (id, [])
    case .reshape: return scaledSum(node.inputs[0])
    case .binary(.multiply):
      for (factor, other) in [(0, 1), (1, 0)] {
        let scalar = node.inputs[factor]
        guard isFixed[scalar.index], !source[scalar].isBatched,
          let inner = scaledSum(node.inputs[other]),
          let flat = try? graph.reshape(place(scalar), [])
        else { continue }
        return (inner.sum, inner.scalars + [flat])
      }
      return nil
    default: return nil
    }
  }

  /// Σ r² of a residual r; `summed` adds a moment up over the batch.
  private mutating func expanded(
    _ residual: NodeID,
    summed: (inout Graph, NodeID) throws(GraphError) -> NodeID
  ) throws(GraphError) -> NodeID? {
    var start = Product()
    let shape = source.shape(of: residual)
    start.output = shape.extents.map { start.label($0) }
    guard let products = linear(residual, start.output, start) else { return nil }
    let output = start.output.filter { start.extents[$0] != 1 }
    var label = 1000
    var known: NodeID?
    var terms: [Term] = []
    for product in products {
      guard product.factors.count <= 8, product.extents.allSatisfy({ $0 > 0 }) else { return nil }
      if product.factors.allSatisfy({ isFixed[$0.node.index] }) {
        guard let plan = plan(product) else { return nil }
        let value = try emit(product, plan, shape: shape)
        known = try known.map { (sum) throws(GraphError) in try graph.add(sum, value) } ?? value
      } else {
        guard let term = try term(product, output, label: label) else { return nil }
        terms.append(term)
        label += 1
      }
    }
    guard !terms.isEmpty else { return nil }
    // Sums of products of the data; the second one's features have labels of their own.
    func count(_ used: Set<Int>) -> Double {
      output.reduce(1) { used.contains($1) ? $0 : $0 * Double(start.extents[$1]) }
    }
    var total: NodeID?
    func add(_ value: NodeID) throws(GraphError) {
      total = try total.map { (sum) throws(GraphError) in try graph.add(sum, value) } ?? value
    }
    let target = try known.map { (node) throws(GraphError) in
      try graph.reshape(node, Shape(output.map { start.extents[$0] }))
    }
    if let target {
      let squares = graph.unary(.square, target)
      try add(summed(&graph, graph.reduce(.sum, squares, axes: Array(output.indices))))
    }
    for first in terms {
      var sums: [([Int], NodeID)] = []
      if let target {
        let labels = first.weightLabels
        let product = try graph.einsum(
          EinsumSpec(
            left: first.dataLabels, right: output,
            output: labels.filter {
              first.dataLabels.contains($0) || output.contains($0)
            }), first.data, target)
        sums.append((labels, try graph.scale(summed(&graph, product), by: 2)))
      }
      for second in terms {
        let feature = second.dataLabels.last! + 100_000
        let others = second.dataLabels.dropLast() + [feature]
        let used = Set(first.dataLabels + second.dataLabels)
        let wanted = Set(first.weightLabels + second.weightLabels)
        let outputs = output.filter { used.contains($0) && wanted.contains($0) }
        let moment = try graph.einsum(
          EinsumSpec(
            left: first.dataLabels, right: Array(others),
            output: outputs + [first.dataLabels.last!, feature]), first.data, second.data)
        let scaled = try graph.scale(
          summed(&graph, moment), by: count(used.union(wanted)))
        let weights = second.weightLabels.dropLast() + [feature]
        let labels =
          output.filter { outputs.contains($0) || second.weightLabels.contains($0) }
          + [first.dataLabels.last!]
        let part = try graph.einsum(
          EinsumSpec(
            left: outputs + [first.dataLabels.last!, feature], right: Array(weights),
            output: labels), scaled, second.weights)
        if let place = sums.firstIndex(where: { $0.0 == labels }) {
          sums[place].1 = try graph.add(sums[place].1, part)
        } else {
          sums.append((labels, part))
        }
      }
      for (labels, sum) in sums {
        try add(
          graph.einsum(
            EinsumSpec(left: first.weightLabels, right: labels, output: []), first.weights, sum))
      }
    }
    return total
  }

  /// A product of parameters and data as a term of the residual.
  private mutating func term(
    _ product: Product, _ output: [Int], label: Int
  ) throws(GraphError) -> Term? {
    var (weights, data) = (product, product)
    weights.coefficient = 1
    weights.factors = product.factors.filter { !isFixed[$0.node.index] }
    data.factors = product.factors.filter { isFixed[$0.node.index] }
    guard !data.factors.isEmpty else { return nil }
    let weightLabels = Set(weights.factors.flatMap(\.labels))
    let dataLabels = Set(data.factors.flatMap(\.labels))
    let features = weightLabels.intersection(dataLabels).subtracting(output).sorted()
    let size = features.reduce(1) { $0 * product.extents[$1] }
    let outer = (
      output.filter { weightLabels.contains($0) }, output.filter { dataLabels.contains($0) }
    )
    weights.output = outer.0 + features
    data.output = outer.1 + features
    func flat(_ product: Product, _ outer: [Int]) throws(GraphError) -> NodeID? {
      guard let plan = plan(product) else { return nil }
      let whole = try emit(product, plan, shape: Shape(product.output.map { product.extents[$0] }))
      return try graph.reshape(whole, Shape(outer.map { product.extents[$0] } + [size]))
    }
    guard let left = try flat(weights, outer.0), let right = try flat(data, outer.1) else {
      return nil
    }
    return Term(
      weights: left, weightLabels: outer.0 + [label], data: right, dataLabels: outer.1 + [label])
  }

  /// A value as a sum of products, each of parameters and data; nil if it is none.
  private func linear(_ id: NodeID, _ labels: [Int], _ start: Product) -> [Product]? {
    let node = source[id]
    var start = start
    func negative() -> Product {
      var product = start
      product.coefficient = -product.coefficient
      return product
    }
    if !isFixed[id.index] {
      switch node.operation {
      case .binary(.add), .binary(.subtract):
        let isSum = node.operation == .binary(.add)
        guard let first = linear(node.inputs[0], labels, start),
          let second = linear(node.inputs[1], labels, isSum ? start : negative())
        else { return nil }
        return first + second
      case .unary(.negate): return linear(node.inputs[0], labels, negative())
      case .reshape:
        let inner = source.shape(of: node.inputs[0])
        let wide = labels.filter { start.extents[$0] != 1 }
        guard inner.extents.filter({ $0 != 1 }) == wide.map({ start.extents[$0] }) else { break }
        var rest = wide[...]
        let own = inner.extents.map { $0 == 1 ? start.label(1) : rest.removeFirst() }
        return linear(node.inputs[0], own, start)
      case .transpose(let permutation):
        var inner = labels
        for (axis, origin) in permutation.enumerated() { inner[origin] = labels[axis] }
        return linear(node.inputs[0], inner, start)
      case .binary(.multiply):
        for (factor, other) in [(0, 1), (1, 0)] {
          guard let value = source.uniformValue(node.inputs[factor]) else { continue }
          start.coefficient *= value
          return linear(node.inputs[other], labels, start)
        }
      default: break
      }
    }
    var product = start
    product.sharesFactors = true
    collect(id, labels, into: &product, isTop: true)
    // Sums over labels that no factor has are counts; labels of the result are none.
    let used = Set(product.factors.flatMap(\.labels) + start.output)
    for label in product.extents.indices where !used.contains(label) {
      product.coefficient *= Double(product.extents[label])
    }
    let isLinear = product.factors.allSatisfy {
      isFixed[$0.node.index] || !source[$0.node].isBatched
    }
    return isLinear ? [product] : nil
  }
}
