/// What two sets of named arrays do not have in common.
struct ParameterDifferences {
  private var lines: [String] = []

  init(expected: [(name: String, shape: [Int])], found: [(name: String, shape: [Int])]) {
    let known = Dictionary(expected.map { ($0.name, $0.shape) }) { first, _ in first }
    let given = Dictionary(found.map { ($0.name, $0.shape) }) { first, _ in first }
    for (name, shape) in expected {
      guard let other = given[name] else {
        lines.append("\(name) \(shape) is missing")
        continue
      }
      if other != shape { lines.append("\(name) is \(other), expected \(shape)") }
    }
    for (name, shape) in found where known[name] == nil {
      lines.append("\(name) \(shape) is not a parameter of the model")
    }
  }

  var isEmpty: Bool { lines.isEmpty }

  /// "a is [2], expected [3]; b [4] is missing"
  var text: String { lines.isEmpty ? "their order" : lines.joined(separator: "; ") }
}
