import Yams

/// Turns YAML into what was written and where, within limits.
package struct YAMLReader {
  /// Nodes of a document once its aliases are spelled out.
  static let nodeLimit = 20_000
  static let aliasLimit = 20

  private let origin: (_ line: Int) -> ValueOrigin
  /// The path of the whole: empty for a file.
  private let root: String
  /// Whether a key with dots stands for mappings in mappings.
  private let splitsKeys: Bool
  private var nodes = 0

  /// A whole file, whose top must be a mapping.
  ///
  /// - Parameters:
  ///   - expected: "an experiment (model: ..., task: ...)", for the error where it is none.
  ///   - splitsKeys: whether `task.dimension: 4` stands for mappings in mappings.
  package static func read(
    _ file: SourceFile, expected: String = "an experiment (model: ..., task: ...)",
    splitsKeys: Bool = true
  ) throws(Failure) -> Written {
    var reader = YAMLReader(root: "", splitsKeys: splitsKeys) { .file(file.path, line: $0) }
    guard let node = try reader.parse(file.text) else { return .empty(reader.origin(1)) }
    let written = try reader.written(node, path: "", depth: 0)
    guard case .mapping = written.value else {
      throw Failure(
        .configuration, key: "\(written.origin)",
        "expected \(expected), found \(written.kind).")
    }
    return written
  }

  /// A value from the command line: `0.5`, `[1, 2]`, `{every: 100}`.
  static func read(_ text: String, for path: String) throws(Failure) -> Written {
    var reader = YAMLReader(root: path) { _ in .commandLine }
    guard let node = try reader.parse(text) else { return Written(.nothing, .commandLine) }
    return try reader.written(node, path: path, depth: 0)
  }

  private init(
    root: String, splitsKeys: Bool = true, origin: @escaping (Int) -> ValueOrigin
  ) {
    self.root = root
    self.splitsKeys = splitsKeys
    self.origin = origin
  }

  private func parse(_ text: String) throws(Failure) -> Node? {
    try checkAliases(text)
    do {
      // The plain resolver leaves scalars as they are written: what they are, options decide.
      return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw failure(error)
    } catch {
      throw Failure(.configuration, key: origin(1).key(root), "it is not YAML: \(error).")
    }
  }

  /// The parser compares keys with all that aliases in them stand for, so that a few lines can mean
  /// billions of comparisons. This counts what may be an alias before it starts.
  private func checkAliases(_ text: String) throws(Failure) {
    let bytes = Array(text.utf8)
    var count = 0
    var line = 1
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      let isFollowed = index + 1 < bytes.count && !" \t\r\n*".utf8.contains(bytes[index + 1])
      guard byte == UInt8(ascii: "*"), isFollowed else { continue }
      count += 1
      guard count <= Self.aliasLimit else {
        throw Failure(
          .configuration, key: origin(line).key(root), "more than \(Self.aliasLimit) aliases.",
          hint: "Inherit a file instead, with: defaults:")
      }
    }
  }

  private mutating func written(_ node: Node, path: String, depth: Int) throws(Failure) -> Written {
    let origin = origin(node.mark?.line ?? 1)
    nodes += 1
    guard nodes <= Self.nodeLimit, depth <= 32 else {
      throw Failure(
        .configuration, key: origin.key(path),
        depth > 32
          ? "it is nested more than 32 levels deep."
          : "its aliases stand for more than \(Self.nodeLimit) values.",
        hint: "Inherit a file instead, with: defaults:")
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain && scalar.style != .any
      try checkTag(scalar.tag, .str, origin, path)
      if !isQuoted && ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
        return Written(.nothing, origin)
      }
      return Written(.scalar(scalar.string, isQuoted: isQuoted), origin)
    case .sequence(let sequence):
      try checkTag(sequence.tag, .seq, origin, path)
      var items: [Written] = []
      for (index, item) in sequence.enumerated() {
        items.append(try written(item, path: "\(path)[\(index)]", depth: depth + 1))
      }
      return Written(.list(items), origin)
    case .mapping(let mapping):
      try checkTag(mapping.tag, .map, origin, path)
      return try written(mapping, origin, path: path, depth: depth)
    case .alias:
      throw Failure(.configuration, key: origin.key(path), "an alias that stands for nothing.")
    }
  }

  /// A key with dots stands for mappings in mappings: `task.dimension: 4`.
  private mutating func written(
    _ mapping: Node.Mapping, _ origin: ValueOrigin, path: String, depth: Int
  ) throws(Failure) -> Written {
    var result = Written.empty(origin)
    for (key, value) in mapping {
      let keyOrigin = self.origin(key.mark?.line ?? 1)
      guard case .scalar(let scalar) = key else {
        throw Failure(
          .configuration, key: keyOrigin.key(path),
          "expected a name as key, found a list or mapping."
        )
      }
      let below = path.isEmpty ? scalar.string : "\(path).\(scalar.string)"
      let parts =
        splitsKeys
        ? scalar.string.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        : [scalar.string]
      guard !parts.contains("") else {
        throw Failure(.configuration, key: keyOrigin.key(below), "a key without a name.")
      }
      if let earlier = result[parts[...]] {
        throw Failure(
          .configuration, key: keyOrigin.key(below),
          "the key is there twice, first at \(earlier.origin).", hint: "Keep one of them.")
      }
      var new = try written(value, path: below, depth: depth + 1)
      if new.isNothing { new.origin = keyOrigin }
      result.set(parts[...], new)
    }
    return result
  }

  /// - Parameter own: the tag that the parser itself gives to such a node.
  private func checkTag(
    _ tag: Tag, _ own: Tag.Name?, _ origin: ValueOrigin, _ path: String
  ) throws(Failure) {
    guard !["", "!", own?.rawValue].contains(tag.description) else { return }
    throw Failure(
      .configuration, key: origin.key(path), "expected no tag, found '\(tag)'.",
      hint: "Write the value alone.")
  }

  private func failure(_ error: YamlError) -> Failure {
    func key(_ mark: Mark) -> String { origin(mark.line).key(root) }
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let during = context.map { " \($0.text) (line \($0.mark.line))" } ?? ""
      return Failure(
        .configuration, key: key(mark),
        "it is not YAML: \(problem)\(during), column \(mark.column).",
        hint: problem.contains("any token") ? "Indent with spaces, and quote texts." : "")
    case .duplicatedKeysInMapping(let keys, let context):
      return Failure(
        .configuration, key: key(context.mark), "the key '\(keys.first ?? "")' is there twice.",
        hint: "Keep one of them.")
    case .reader(let problem, _, let value, _):
      return Failure(
        .configuration, key: origin(1).key(root), "it is not YAML: \(problem) (\(value)).")
    default:
      return Failure(.configuration, key: origin(1).key(root), "it is not YAML: \(error).")
    }
  }
}
