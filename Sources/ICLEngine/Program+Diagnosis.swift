import ICLGraph

extension Program {
  /// The first node, in the order of computation, that has a NaN or infinite value in a batch.
  ///
  /// Computes every node of the graph, a few prompts at a time: slow, and meant for a run that has
  /// just gone wrong.
  public func firstNonFinite(_ batch: Batch) throws -> (node: NodeID, name: String)? {
    let ids = graph.reachable(from: roots).filter {
      if case .scan = graph[$0].operation { return false }
      return true
    }
    let program = try Program(
      graph, roots: ids, seed: seed,
      configuration: EngineConfiguration(precision: configuration.precision),
      parameters: parameters)
    try program.run(batch)
    for (index, id) in ids.enumerated()
    where program.values(of: index).contains(where: { !$0.isFinite }) {
      return (id, describe(id))
    }
    return nil
  }

  /// The node's name, or what it computes and the nearest named value that it reads.
  private func describe(_ id: NodeID) -> String {
    let names = Dictionary(graph.names.map { ($1, $0) }, uniquingKeysWith: min)
    if let name = names[id] { return name }
    let operation = "\(graph[id].operation)".prefix { $0 != "(" }
    var stack = graph[id].inputs
    while let next = stack.popLast() {
      if let name = names[next] { return "\(operation) of \(name)" }
      stack = graph[next].inputs + stack
      if stack.count > 64 { break }
    }
    return "\(operation) \(graph[id].shape)"
  }
}
