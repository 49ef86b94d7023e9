extension Graph {
  /// An equivalent graph that computes the roots with less work; roots stay in order.
  ///
  /// Values agree up to rounding, since sums are taken in another order. All parameters survive with
  /// their initial values. A name survives if its value is still computed: keep it as a root to read
  /// it. Simplify before differentiating too: what the backward pass reads cannot be reassociated.
  ///
  /// - Parameter fixedPrompts: all steps are for the same prompts. What they alone decide then costs
  ///   nothing, since it is computed once.
  public func simplified(
    keeping roots: [NodeID], fixedPrompts: Bool = false
  ) -> (graph: Graph, roots: [NodeID]) {
    var current = copied(keeping: roots)
    // Every round lets the next one see through what it removed. Few graphs need more than four.
    for _ in 0..<16 {
      var rewriter = Rewriter(
        source: current.graph, roots: current.roots, fixedPrompts: fixedPrompts)
      let rewritten = rewriter.run()
      let next = rewritten.graph.copied(keeping: rewritten.roots)
      let isDone = next.graph.nodes == current.graph.nodes
      current = next
      if isDone { break }
    }
    return (current.graph.simplifyingScanBodies(), current.roots)
  }

  /// The nodes that the roots and the parameters need, and no others.
  func copied(keeping roots: [NodeID]) -> (graph: Graph, roots: [NodeID]) {
    var result = Graph()
    var places: [NodeID: NodeID] = [:]
    let kept = parameters.flatMap { [$0.node, $0.initial] }
    for id in reachable(from: roots + kept) {
      let node = self[id]
      places[id] = result.append(
        node.operation, node.inputs.map { places[$0]! }, shape: node.shape,
        isBatched: node.isBatched)
    }
    result.take(names, parameters, of: self, places: { places[$0] })
    return (result, roots.map { places[$0]! })
  }

  mutating func take(
    _ names: [String: NodeID], _ parameters: [Parameter], of source: Graph,
    places: (NodeID) -> NodeID?
  ) {
    for (name, id) in names { self.names[name] = places(id) }
    self.parameters = parameters.map {
      Parameter(name: $0.name, node: places($0.node)!, initial: places($0.initial)!)
    }
  }
}
