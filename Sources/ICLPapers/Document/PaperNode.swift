import ICLPlugins
import ICLRecords
import ICLTraining
import Yams

/// A part of a YAML file that knows where it stands.
struct PaperNode {
  let node: Node
  let file: String
  /// "checks[3].tolerance"; empty for the whole file.
  let path: String

  /// A whole file.
  init(file: String) throws(Failure) {
    let text: String
    do { text = try TextFile.read(file) } catch { throw Failure(error) }
    try self.init(text: text, file: file)
  }

  init(text: String, file: String) throws(Failure) {
    self.file = file
    path = ""
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw Failure(.badData, key: file, "the file is empty.")
      }
      self.node = node
    } catch let failure as Failure {
      throw failure
    } catch let error as YamlError {
      throw Self.failure(error, file)
    } catch {
      throw Failure(.badData, key: file, "it is not YAML: \(error)")
    }
  }

  private init(_ node: Node, file: String, path: String) {
    self.node = node
    self.file = file
    self.path = path
  }

  var place: Place { Place(file: file, line: node.mark?.line ?? 0, path: path) }

  /// The folder of the file.
  var folder: String {
    file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
  }

  func failure(_ message: String, hint: String = "") -> Failure {
    Failure(.configuration, key: place.description, message, hint: hint)
  }

  /// The members of a mapping, in their order.
  func members() throws(Failure) -> [(key: String, value: PaperNode)] {
    guard case .mapping(let mapping) = node else {
      throw failure("expected keys with values, found \(kindText).")
    }
    var members: [(key: String, value: PaperNode)] = []
    for (key, value) in mapping {
      guard let name = key.scalar?.string else { throw failure("a key is not a word.") }
      members.append((name, child(value, path.isEmpty ? name : "\(path).\(name)")))
    }
    return members
  }

  /// The members of a mapping of which all keys are known.
  func fields(_ known: [String]) throws(Failure) -> [String: PaperNode] {
    var fields: [String: PaperNode] = [:]
    for (key, value) in try members() {
      guard known.contains(key) else {
        throw value.failure(
          "there is no key '\(key)' here.",
          hint: nearestName(to: key, among: known).map { "Did you mean '\($0)'?" }
            ?? "Keys are: \(known.joined(separator: ", ")).")
      }
      fields[key] = value
    }
    return fields
  }

  func elements() throws(Failure) -> [PaperNode] {
    guard case .sequence(let sequence) = node else {
      throw failure("expected a list, found \(kindText).")
    }
    return sequence.enumerated().map { child($1, "\(path)[\($0)]") }
  }

  /// A word, number or text, as it was written.
  func text() throws(Failure) -> String {
    guard case .scalar(let scalar) = node else {
      throw failure("expected a text, found \(kindText).")
    }
    return scalar.string
  }

  var isMapping: Bool { if case .mapping = node { true } else { false } }
  var isList: Bool { if case .sequence = node { true } else { false } }
  var isScalar: Bool { if case .scalar = node { true } else { false } }

  var kindText: String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
    case .mapping: "keys with values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  private func child(_ node: Node, _ path: String) -> PaperNode {
    PaperNode(node, file: file, path: path)
  }

  private static func failure(_ error: YamlError, _ file: String) -> Failure {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Failure(.badData, key: "\(file):\(mark.line)", "it is not YAML: \(problem).")
    case .duplicatedKeysInMapping(let keys, let context):
      Failure(
        .badData, key: "\(file):\(context.mark.line)",
        "a key stands twice: \(keys.joined(separator: ", ")).")
    default: Failure(.badData, key: file, "it is not YAML: \(error)")
    }
  }
}
