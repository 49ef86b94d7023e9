/// One round over a graph: every node is copied, or replaced where a rule knows something better.
///
/// Rules look at the source, and append to `graph` what replaces a node.
struct Rewriter {
  let source: Graph
  let roots: [NodeID]
  /// How often each source node is read; being a root counts once.
  let uses: [Int]
  var graph = Graph()
  private var places: [NodeID: NodeID] = [:]
  let scans: ScanMerge
  /// Whether all steps are for the same prompts.
  let fixedPrompts: Bool
  /// Whether sums of squares are replaced by moments, and nothing else is done.
  var takesMoments = false
  /// Of each source node, whether it is the same in all steps.
  let isFixed: [Bool]

  init(source: Graph, roots: [NodeID], fixedPrompts: Bool = false) {
    self.source = source
    self.roots = roots
    self.fixedPrompts = fixedPrompts
    isFixed = source.fixedNodes(prompts: fixedPrompts)
    var uses = [Int](repeating: 0, count: source.nodes.count)
    for node in source.nodes { for input in node.inputs { uses[input.index] += 1 } }
    for root in roots { uses[root.index] += 1 }
    self.uses = uses
    scans = ScanMerge(source)
  }

  mutating func run() -> (graph: Graph, roots: [NodeID]) {
    for index in source.nodes.indices {
      let id = NodeID(index)
      let node = source[id]
      if let better = try? replacement(for: id), graph.shape(of: better) == node.shape,
        graph[better].isBatched == node.isBatched
      {
        places[id] = better
      } else {
        places[id] = graph.append(
          node.operation, node.inputs.map { places[$0]! }, shape: node.shape,
          isBatched: node.isBatched)
      }
    }
    let copies = places
    graph.take(source.names, source.parameters, of: source) { copies[$0] }
    return (graph, roots.map { copies[$0]! })
  }

  /// The node of the new graph that has a source node's value.
  func place(_ id: NodeID) -> NodeID { places[id]! }

  private mutating func replacement(for id: NodeID) throws(GraphError) -> NodeID? {
    if takesMoments { return try moments(id) }
    if let merged = mergedScan(id) { return merged }
    if let folded = foldedConstant(id) { return folded }
    if let same = try identity(id) { return same }
    if let moved = try shapeIdentity(id) { return moved }
    if let pushed = try pushedSlice(id) { return pushed }
    if let pulled = try pulledScalars(id) { return pulled }
    if let oriented = try orientedEinsum(id) { return oriented }
    if fixedPrompts {
      if let merged = try mergedFeatures(id) { return merged }
      if let folded = try foldedSymmetry(id) { return folded }
    }
    if let row = try joinedPads(id) { return row }
    if let distributed = try distributed(id) { return distributed }
    return try cheaperProduct(id)
  }

  func kind(_ id: NodeID) -> Product.Kind {
    Product.Kind(isBatched: source[id].isBatched, isFixed: isFixed[id.index])
  }
}
