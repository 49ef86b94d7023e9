import ICLGraph

/// What the prompts alone decide: nodes that no parameter, no handed-in value and no sum over the
/// batch reaches. Where the prompts of all steps are the same, it is computed once.
struct FixedPart {
  /// In the order of computation.
  private(set) var nodes: [NodeID] = []
  /// Those of them that the rest of the phase reads.
  private(set) var frontier: [NodeID] = []
  private var members: Set<NodeID> = []

  init(_ graph: Graph, _ phase: Schedule.Phase, roots: [NodeID]) {
    var isFixed = [Bool](repeating: false, count: graph.nodes.count)
    for index in graph.nodes.indices {
      switch graph.nodes[index].operation {
      case .input, .parameter, .promptWeight, .batchSum, .custom, .customPullback: break
      default: isFixed[index] = graph.nodes[index].inputs.allSatisfy { isFixed[$0.index] }
      }
    }
    nodes = phase.tile.filter { isFixed[$0.index] }
    members = Set(nodes)
    var isRead = Set(phase.roots.map { roots[$0] } + phase.sums.map { graph[$0].inputs[0] })
    for id in phase.tile where !members.contains(id) { isRead.formUnion(graph[id].inputs) }
    frontier = nodes.filter(isRead.contains)
  }

  func contains(_ id: NodeID) -> Bool { members.contains(id) }
}
