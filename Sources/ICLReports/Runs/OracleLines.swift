/// The best possible losses in a figure: runs of one task have one line.
struct OracleLines {
  private var found: [(curve: Curve, owner: String, label: String)] = []

  /// - Parameters:
  ///   - owner: the name of the measured line that it belongs to.
  ///   - label: what tells it from the oracles of others.
  mutating func add(_ curve: Curve, of owner: String, label: String) {
    guard !found.contains(where: { $0.curve == curve }) else { return }
    found.append((curve, owner, label))
  }

  /// One is in ink; several have the colours of their owners.
  ///
  /// - Parameter names: of the lines that take colours from the palette, in their order.
  func marks(beside names: [String]) -> [Mark] {
    found.map { curve, owner, label in
      let index = names.firstIndex(of: owner)
      return .line(
        found.count == 1
          ? Line("oracle", x: curve.x, y: curve.y, kind: .reference)
          : Line(
            "oracle, \(label)", x: curve.x, y: curve.y, kind: .reference,
            colour: index.map { .palette($0) } ?? .automatic))
    }
  }
}

extension [Mark] {
  /// Names of what takes its colour from the palette, in the order of the colours.
  var colouredNames: [String] {
    var names: [String] = []
    for mark in self {
      if case .line(let line) = mark, line.kind != .reference, !names.contains(line.name) {
        names.append(line.name)
      }
    }
    return names
  }
}
