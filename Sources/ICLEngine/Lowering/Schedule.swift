import ICLGraph

/// In which order a graph runs: what is the same for all prompts, then a loop over tiles, then what
/// depends on sums over the prompts, then perhaps another loop.
struct Schedule {
  struct Phase {
    /// Computed once, before the loop.
    var shared: [NodeID] = []
    /// Computed for each tile.
    var tile: [NodeID] = []
    /// Sums over the batch that the loop feeds.
    var sums: [NodeID] = []
    /// Wanted values that differ from prompt to prompt, by their place among the roots.
    var roots: [Int] = []
  }
  var phases: [Phase] = []

  init(_ graph: Graph, roots: [NodeID]) {
    let needed = graph.reachable(from: roots)
    /// How many loops must have ended before a node can be computed.
    var level: [NodeID: Int] = [:]
    for id in needed {
      let inputs = graph[id].inputs.map { level[$0]! }.max() ?? 0
      if case .batchSum = graph[id].operation { level[id] = inputs + 1 } else { level[id] = inputs }
    }
    phases = [Phase](repeating: Phase(), count: (level.values.max() ?? 0) + 1)
    for id in needed {
      if case .batchSum = graph[id].operation {
        phases[level[id]! - 1].sums.append(id)
      } else if !graph[id].isBatched {
        phases[level[id]!].shared.append(id)
      }
    }
    for (index, root) in roots.enumerated() where graph[root].isBatched {
      phases[level[root]!].roots.append(index)
    }
    // A value that two loops need is computed in both: cheaper than keeping it for all prompts.
    for index in phases.indices {
      var wanted = Set(phases[index].roots.map { roots[$0] })
      for sum in phases[index].sums { wanted.insert(graph[sum].inputs[0]) }
      var stack = Array(wanted).filter { graph[$0].isBatched }
      var found = Set(stack)
      while let id = stack.popLast() {
        for input in graph[id].inputs where graph[input].isBatched && found.insert(input).inserted {
          stack.append(input)
        }
      }
      phases[index].tile = found.sorted()
    }
  }
}
