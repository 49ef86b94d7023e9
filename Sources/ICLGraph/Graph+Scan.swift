extension Graph {
  /// Runs a body along the first axis of the sequences.
  ///
  /// The body's graph is recorded once. Carries keep their shapes; outputs are stacked along a new
  /// first axis. Returns the last carries, then the outputs.
  public mutating func scan(
    initial: [NodeID], sequences: [NodeID], shared: [NodeID] = [], length: Int? = nil,
    reverse: Bool = false,
    body: (
      _ graph: inout Graph, _ carries: [NodeID], _ slices: [NodeID], _ shared: [NodeID]
    ) throws(GraphError) -> (carries: [NodeID], outputs: [NodeID])
  ) throws(GraphError) -> [NodeID] {
    func refuse(_ message: String) -> GraphError { GraphError(operation: "scan", message: message) }
    let lengths = Set(sequences.map { shape(of: $0).extents.first ?? -1 })
    guard lengths.count <= 1, let length = lengths.first ?? length, length >= 1 else {
      throw refuse(
        "sequences need one common first extent of at least 1, got shapes "
          + sequences.map { "\(shape(of: $0))" }.joined(separator: ", "))
    }
    let batched = (initial + sequences + shared).contains { self[$0].isBatched }
    var graph = Graph()
    let carries = initial.enumerated().map {
      graph.input("carry.\($0.offset)", shape(of: $0.element), isBatched: batched)
    }
    let slices = sequences.enumerated().map {
      graph.input(
        "slice.\($0.offset)", shape(of: $0.element).removing([0]),
        isBatched: self[$0.element].isBatched)
    }
    let sharedInputs = shared.enumerated().map {
      graph.input(
        "shared.\($0.offset)", shape(of: $0.element), isBatched: self[$0.element].isBatched)
    }
    let (nextCarries, outputs) = try body(&graph, carries, slices, sharedInputs)
    guard nextCarries.count == carries.count else {
      throw refuse("the body returned \(nextCarries.count) carries, expected \(carries.count)")
    }
    for (index, (before, after)) in zip(carries, nextCarries).enumerated()
    where graph.shape(of: before) != graph.shape(of: after) {
      throw refuse(
        "carry \(index) has shape \(graph.shape(of: before)) before the body and "
          + "\(graph.shape(of: after)) after it")
    }
    let record = ScanBody(
      graph: graph, carries: carries, slices: slices, shared: sharedInputs,
      nextCarries: nextCarries, outputs: outputs, length: length, reverse: reverse)
    let scan = append(
      .scan(record), initial + sequences + shared, shape: [], isBatched: batched)
    let carryShapes = initial.map { shape(of: $0) }
    let outputShapes = outputs.map { Shape([length] + graph.shape(of: $0).extents) }
    return (carryShapes + outputShapes).enumerated().map {
      append(.result($0.offset), [scan], shape: $0.element, isBatched: batched)
    }
  }
}
