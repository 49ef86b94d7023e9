/// A JSON document whose objects keep the order of their keys.
///
/// Reals are written with as many digits as reading them back needs; what is not finite becomes
/// one of the texts "NaN", "Infinity" and "-Infinity", since JSON has no number for it.
public indirect enum JSON: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case real(Double)
  case text(String)
  case array([JSON])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var key: String
    public var value: JSON
  }

  public static func reals(_ values: [Double]) -> JSON { .array(values.map { .real($0) }) }

  /// On several lines; arrays without objects stay on one.
  public var text: String {
    var result = ""
    write(to: &result, indentation: 0)
    return result
  }

  /// On one line, for streams with one value a line that people read too.
  public var line: String { onOneLine(comma: ", ", colon: ": ") }

  /// On one line without a space.
  public var compact: String { onOneLine(comma: ",", colon: ":") }

  private func onOneLine(comma: String, colon: String) -> String {
    var result = ""
    write(to: &result, comma, colon)
    return result
  }

  private func write(to result: inout String, _ comma: String, _ colon: String) {
    switch self {
    case .array(let values):
      result += "["
      for (index, value) in values.enumerated() {
        if index > 0 { result += comma }
        value.write(to: &result, comma, colon)
      }
      result += "]"
    case .object(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { result += comma }
        JSON.write(member.key, to: &result)
        result += colon
        member.value.write(to: &result, comma, colon)
      }
      result += "}"
    default: write(to: &result, indentation: 0)
    }
  }

  /// Writes it on one line to a file, which appears when it is complete.
  public func write(to path: String) throws(RecordError) {
    try TextFile.write(line + "\n", to: path)
  }

  private func write(to result: inout String, indentation: Int) {
    switch self {
    case .null: result += "null"
    case .boolean(let value): result += value ? "true" : "false"
    case .integer(let value): result += "\(value)"
    case .real(let value): result += value.isFinite ? "\(value)" : JSON.notFinite(value)
    case .text(let value): JSON.write(value, to: &result)
    case .array(let values):
      let isFlat = !values.contains { if case .object = $0 { true } else { false } }
      JSON.write(values, "[", "]", isFlat, to: &result, indentation) { value, result, inner in
        value.write(to: &result, indentation: inner)
      }
    case .object(let members):
      JSON.write(members, "{", "}", members.isEmpty, to: &result, indentation) {
        JSON.write($0.key, to: &$1)
        $1 += ": "
        $0.value.write(to: &$1, indentation: $2)
      }
    }
  }

  private static func notFinite(_ value: Double) -> String {
    value.isNaN ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\""
  }

  private static func write<Item>(
    _ items: [Item], _ open: String, _ close: String, _ isFlat: Bool, to result: inout String,
    _ indentation: Int, item: (Item, inout String, Int) -> Void
  ) {
    let newline = "\n" + String(repeating: "  ", count: indentation + 1)
    result += open
    for (index, element) in items.enumerated() {
      if index > 0 { result += isFlat ? ", " : "," }
      if !isFlat { result += newline }
      item(element, &result, indentation + 1)
    }
    if !isFlat { result += "\n" + String(repeating: "  ", count: indentation) }
    result += close
  }

  private static func write(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(key: $0.0, value: $0.1) })
  }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .real(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(nilLiteral: ()) { self = .null }

  /// Appends a member to an object.
  public mutating func add(_ key: String, _ value: JSON) {
    guard case .object(var members) = self else { return }
    members.append(Member(key: key, value: value))
    self = .object(members)
  }
}
