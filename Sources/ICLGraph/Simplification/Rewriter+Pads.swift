extension Rewriter {
  /// Zeros around values that stand side by side, added up, are those values in a row: so are the
  /// gradients of the slices of one tensor.
  mutating func joinedPads(_ id: NodeID) throws(GraphError) -> NodeID? {
    guard case .binary(.add) = source[id].operation else { return nil }
    let terms = addends(of: id)
    guard terms.count <= 64 else { return nil }
    var pieces: [Int: [(start: Int, value: NodeID, term: Int)]] = [:]
    for (number, term) in terms.enumerated() where uses[term.index] == 1 {
      guard case .pad(let before, let after, let interior, 0) = source[term].operation,
        interior.allSatisfy({ $0 == 0 })
      else { continue }
      let axes = before.indices.filter { before[$0] != 0 || after[$0] != 0 }
      guard axes.count == 1, let axis = axes.first else { continue }
      pieces[axis, default: []].append((before[axis], source[term].inputs[0], number))
    }
    for (axis, parts) in pieces.sorted(by: { $0.key < $1.key }) where parts.count > 1 {
      let parts = parts.sorted { ($0.start, $0.term) < ($1.start, $1.term) }
      var end = 0
      for part in parts where part.start == end { end += source.shape(of: part.value)[axis] }
      let isWhole =
        end == source[id].shape[axis]
        && parts.reduce(0) { $0 + source.shape(of: $1.value)[axis] } == end
      guard isWhole else { continue }
      let row = try graph.concatenate(parts.map { place($0.value) }, axis: axis)
      let joined = Set(parts.map(\.term))
      var sum: NodeID?
      for number in terms.indices where !joined.contains(number) {
        let term = place(terms[number])
        sum = try sum.map { sum throws(GraphError) in try graph.add(sum, term) } ?? term
      }
      return try sum.map { sum throws(GraphError) in try graph.add(sum, row) } ?? row
    }
    return nil
  }
}
