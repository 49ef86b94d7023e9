extension Graph {
  /// The same graph with scans whose bodies are simplified: differentiation leaves much in them that
  /// nothing reads, or that is computed twice.
  ///
  /// Scans of one body keep one body. What a body extends is forgotten, so scans are merged before.
  func simplifyingScanBodies() -> Graph {
    var bodies: [ObjectIdentifier: ScanBody] = [:]
    var result = self
    for index in nodes.indices {
      guard case .scan(let body) = nodes[index].operation else { continue }
      let known = bodies[ObjectIdentifier(body)]
      let simple = known ?? body.simplified()
      bodies[ObjectIdentifier(body)] = simple
      let node = nodes[index]
      result.nodes[index] = Node(
        operation: .scan(simple), inputs: node.inputs, shape: node.shape, isBatched: node.isBatched)
      result.known[node] = nil
      result.known[result.nodes[index]] = NodeID(index)
    }
    return result
  }
}

extension ScanBody {
  /// A body that does the same with less work; itself, if there is none.
  fileprivate func simplified() -> ScanBody {
    let inputs = carries + slices + shared
    let (simple, roots) = graph.simplified(keeping: inputs + nextCarries + outputs)
    if simple.nodes == graph.nodes { return self }
    var rest = roots[...]
    func take(_ count: Int) -> [NodeID] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    return ScanBody(
      graph: simple, carries: take(carries.count), slices: take(slices.count),
      shared: take(shared.count), nextCarries: take(nextCarries.count),
      outputs: take(outputs.count),
      length: length, reverse: reverse)
  }
}
