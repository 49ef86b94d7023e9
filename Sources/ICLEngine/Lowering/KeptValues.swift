import ICLGraph

/// What a program keeps from step to step, because all runs are for the same prompts.
public enum KeptValues: Equatable, Sendable {
  /// Every run may be for other prompts.
  case nothing
  /// All that the prompts alone decide.
  case all
  /// These values of the prompts, and nothing that is computed from them: a step then does all the
  /// work that begins with them.
  case only([NodeID])

  /// Which nodes need not be computed again.
  func nodes(of graph: Graph, _ isFixed: [Bool]) -> [Bool] {
    switch self {
    case .nothing, .all: return isFixed
    case .only(let wanted):
      let made = Set(graph.reachable(from: wanted))
      return isFixed.indices.map { isFixed[$0] && made.contains(NodeID($0)) }
    }
  }
}
