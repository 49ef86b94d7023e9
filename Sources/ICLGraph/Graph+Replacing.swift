extension Graph {
  /// Appends what leads from some values to a root with other values in their place, and gives the
  /// root's new node.
  ///
  /// The nodes that are there stay, so whatever else reads a replaced value reads what it read. Names
  /// move to the new nodes. Two replaced values do not see each other: each new value is what it is.
  /// Shapes must be equal.
  public mutating func replacing(
    _ values: [NodeID: NodeID], in root: NodeID
  ) throws(GraphError) -> NodeID {
    for (old, new) in values where shape(of: old) != shape(of: new) {
      throw GraphError(
        operation: "replace",
        message: "a value of shape \(shape(of: old)) cannot become one of shape \(shape(of: new))")
    }
    var places = values
    for id in reachable(from: [root] + names.values) where values[id] == nil {
      let node = self[id]
      let inputs = node.inputs.map { places[$0] ?? $0 }
      guard inputs != node.inputs else { continue }
      // A sum over the batch is one for all prompts, whatever it adds up.
      let isSum = node.operation == .batchSum
      places[id] = append(
        node.operation, inputs, shape: node.shape, isBatched: isSum ? false : nil)
    }
    for (name, id) in names { names[name] = places[id] ?? id }
    return places[root] ?? root
  }
}
