internal import FoundationEssentials

/// A value of a manifest's JSON, with the place where it stands: `components[0].calls[2].arguments`.
///
/// What is read is remembered, so that a key that nobody asks for is an error.
struct ForeignNode {
  indirect enum Value: Hashable, Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Value])
    case mapping([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Value].self) {
        self = .list(value)
      } else {
        self = .mapping(try container.decode([String: Value].self))
      }
    }

    var kind: String {
      switch self {
      case .null: "null"
      case .bool: "true or false"
      case .number: "a number"
      case .text: "a text"
      case .list: "a list"
      case .mapping: "a mapping"
      }
    }
  }

  let value: Value
  let place: String
  let file: String

  init(json: String, file: String) throws(PluginError) {
    do {
      value = try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    } catch {
      throw PluginError(
        .badManifest, "the manifest is not JSON.", hint: "Check it with: python3 -m json.tool",
        path: file)
    }
    place = ""
    self.file = file
  }

  private init(_ value: Value, _ place: String, _ file: String) {
    (self.value, self.place, self.file) = (value, place, file)
  }

  func refuse(_ message: String, hint: String = "") -> PluginError {
    PluginError(
      .badManifest, (place.isEmpty ? "" : "\(place): ") + message, hint: hint, path: file)
  }

  private func wrong(_ expected: String) -> PluginError {
    refuse("expected \(expected), found \(value.kind).")
  }

  /// Refuses keys that are not among these.
  func keys(_ known: String...) throws(PluginError) {
    guard case .mapping(let mapping) = value else { throw wrong("a mapping") }
    guard let unknown = mapping.keys.filter({ !known.contains($0) }).min() else { return }
    throw refuse(
      "there is no key '\(unknown)'.", hint: suggestion(for: unknown, among: known, things: "keys"))
  }

  /// nil where the key is missing.
  func optional(_ key: String) -> ForeignNode? {
    guard case .mapping(let mapping) = value, let child = mapping[key] else { return nil }
    return ForeignNode(child, place.isEmpty ? key : "\(place).\(key)", file)
  }

  func required(_ key: String) throws(PluginError) -> ForeignNode {
    guard case .mapping = value else { throw wrong("a mapping") }
    guard let child = optional(key) else { throw refuse("the key '\(key)' is missing.") }
    return child
  }

  func text() throws(PluginError) -> String {
    guard case .text(let text) = value else { throw wrong("a text") }
    return text
  }

  func number() throws(PluginError) -> Double {
    guard case .number(let number) = value else { throw wrong("a number") }
    return number
  }

  func whole() throws(PluginError) -> Int {
    guard let whole = Int(exactly: try number()) else { throw wrong("a whole number") }
    return whole
  }

  func list() throws(PluginError) -> [ForeignNode] {
    guard case .list(let values) = value else { throw wrong("a list") }
    return values.enumerated().map { ForeignNode($1, "\(place)[\($0)]", file) }
  }

  /// Its entries, by key.
  func entries() throws(PluginError) -> [(key: String, node: ForeignNode)] {
    guard case .mapping(let mapping) = value else { throw wrong("a mapping") }
    return mapping.keys.sorted().map { ($0, optional($0)!) }
  }

  /// A formula: a text, or a number.
  func expression() throws(PluginError) -> ForeignExpression {
    switch value {
    case .number(let number): return .number(number)
    case .text(let text):
      do throws(ForeignExpression.Mistake) {
        return try ForeignExpression(text)
      } catch {
        throw refuse("\(error.message), in the formula '\(text)'.")
      }
    default: throw wrong("a formula")
    }
  }

  func parsing<Result>(
    _ body: () throws(CDeclarationParser.Mistake) -> Result
  ) throws(PluginError) -> Result {
    do throws(CDeclarationParser.Mistake) {
      return try body()
    } catch {
      throw refuse("\(error.message), in '\((try? text()) ?? "")'.")
    }
  }
}

extension ForeignNode {
  /// The elements of a list under a key that may be missing.
  func each<Element>(
    _ key: String, _ read: (ForeignNode) throws(PluginError) -> Element
  ) throws(PluginError) -> [Element] {
    guard let node = optional(key) else { return [] }
    var elements: [Element] = []
    for element in try node.list() { elements.append(try read(element)) }
    return elements
  }
}
