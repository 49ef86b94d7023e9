import ICLPlugins
import ICLTraining

/// A part of a YAML file that knows where it stands.
struct PaperNode {
  let written: Written
  let file: String
  /// "checks[3].tolerance"; empty for the whole file.
  let path: String

  /// A whole file.
  init(file: String) throws(Failure) {
    let source = try SourceFile(reading: file)
    // Options are written with their owners: task.dimension is one key here.
    let written = try YAMLReader.read(
      source, expected: "a paper (title: ..., runs: ..., checks: ...)", splitsKeys: false)
    self.init(written, file: file, path: "")
  }

  private init(_ written: Written, file: String, path: String) {
    self.written = written
    self.file = file
    self.path = path
  }

  var place: Place {
    guard case .file(_, let line) = written.origin else {
      return Place(file: file, line: 0, path: path)
    }
    return Place(file: file, line: line, path: path)
  }

  /// The folder of the file.
  var folder: String {
    file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
  }

  func failure(_ message: String, hint: String = "") -> Failure {
    Failure(.configuration, key: place.description, message, hint: hint)
  }

  /// The members of a mapping, in their order.
  func members() throws(Failure) -> [(key: String, value: PaperNode)] {
    guard case .mapping(let entries) = written.value else {
      throw failure("expected keys with values, found \(kindText).")
    }
    return entries.map {
      ($0.key, child($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)"))
    }
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
    guard case .list(let items) = written.value else {
      throw failure("expected a list, found \(kindText).")
    }
    return items.enumerated().map { child($1, "\(path)[\($0)]") }
  }

  /// A word, number or text, as it was written.
  func text() throws(Failure) -> String {
    guard case .scalar(let text, _) = written.value else {
      throw failure("expected a text, found \(kindText).")
    }
    return text
  }

  var isMapping: Bool { if case .mapping = written.value { true } else { false } }
  var isList: Bool { if case .list = written.value { true } else { false } }
  var isScalar: Bool { if case .scalar = written.value { true } else { false } }

  var kindText: String { isMapping ? "keys with values" : written.kind }

  private func child(_ written: Written, _ path: String) -> PaperNode {
    PaperNode(written, file: file, path: path)
  }
}
