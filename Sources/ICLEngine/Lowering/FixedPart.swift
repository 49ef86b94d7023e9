import ICLGraph

/// What the prompts alone decide: nodes that no parameter, no handed-in value and no sum over the
/// batch reaches. Where the prompts of all steps are the same, it is computed once.
struct FixedPart {
  /// In the order of computation.
  private(set) var nodes: [NodeID] = []
  /// Those of them that the rest of the phase reads.
  private(set) var frontier: [NodeID] = []
  private var members: Set<NodeID> = []

  /// - Parameter isFixed: of the graph's nodes.
  init(_ graph: Graph, _ phase: Schedule.Phase, roots: [NodeID], isFixed: [Bool]) {
    nodes = phase.tile.filter { isFixed[$0.index] && $0.isComputed(in: graph) }
    members = Set(nodes)
    var isRead = Set(phase.roots.map { roots[$0] } + phase.sums.map { graph[$0].inputs[0] })
    for id in phase.tile where !members.contains(id) { isRead.formUnion(graph[id].inputs) }
    frontier = nodes.filter(isRead.contains)
  }

  /// Whether nothing is left to do for a phase in a second step.
  static func isAll(_ phase: Schedule.Phase, isFixed: [Bool]) -> Bool {
    !phase.sums.isEmpty && phase.roots.isEmpty && phase.sums.allSatisfy { isFixed[$0.index] }
  }

  func contains(_ id: NodeID) -> Bool { members.contains(id) }
}

extension NodeID {
  /// Whether it is computed in a tile; else it stands there from the start.
  fileprivate func isComputed(in graph: Graph) -> Bool {
    if case .promptWeight = graph[self].operation { false } else { true }
  }
}
