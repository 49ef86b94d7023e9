/// How the parameters of a model that was built anew differ from what they were, by name.
public struct ParameterChanges: Hashable, Sendable {
  /// "key [8, 8] is gone", "gate [4] is new", "value was [4], is [4, 2]".
  public let lines: [String]

  public var isEmpty: Bool { lines.isEmpty }

  init(old: [(name: String, shape: [Int])], new: [(name: String, shape: [Int])]) {
    let before = Dictionary(old.map { ($0.name, $0.shape) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.name, $0.shape) }) { first, _ in first }
    var lines: [String] = []
    for (name, shape) in old {
      guard let other = after[name] else {
        lines.append("\(name) \(shape) is gone")
        continue
      }
      if other != shape { lines.append("\(name) was \(shape), is \(other)") }
    }
    for (name, shape) in new where before[name] == nil { lines.append("\(name) \(shape) is new") }
    self.lines = lines
  }
}
