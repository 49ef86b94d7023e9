/// Why a text is not a JSON document.
public struct JSONProblem: Error, Hashable, Sendable {
  /// In UTF-8, from 0.
  public let byte: Int
  /// As the end of a sentence.
  public let text: String
}

extension JSON {
  /// Reads a document. Objects with a key twice, and nesting beyond 128, are refused.
  ///
  /// Source: RFC 8259.
  public init(parsing text: String) throws(JSONProblem) {
    try self.init(parsing: Array(text.utf8))
  }

  public init(parsing bytes: [UInt8]) throws(JSONProblem) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }
}

extension JSON {
  /// Reads a file that is one document.
  public init(file path: String) throws(RecordError) {
    let bytes = try contents(of: path)
    do throws(JSONProblem) {
      try self.init(parsing: bytes)
    } catch {
      throw RecordError(
        .badData, path: path, message: "it is not JSON: at byte \(error.byte) \(error.text)")
    }
  }
}

private struct JSONParser {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONProblem) -> JSON {
    let value = try value(depth: 0)
    guard next() == nil else { throw problem("there is more after the document") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONProblem) -> JSON {
    guard depth < 128 else { throw problem("it is nested more than 128 deep") }
    switch next() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("it ends where a value is expected")
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(JSONProblem) -> JSON {
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    place += 1
    if skip("}") { return .object([]) }
    repeat {
      guard next() == UInt8(ascii: "\"") else { throw problem("a key in quotes is expected") }
      let start = place
      let key = try string()
      guard keys.insert(key).inserted else {
        place = start
        throw problem("the key \"\(key)\" is there twice")
      }
      guard skip(":") else { throw problem("a colon is expected") }
      members.append(JSON.Member(key: key, value: try value(depth: depth + 1)))
    } while skip(",")
    guard skip("}") else { throw problem("a comma or } is expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONProblem) -> JSON {
    var values: [JSON] = []
    place += 1
    if skip("]") { return .array([]) }
    repeat { values.append(try value(depth: depth + 1)) } while skip(",")
    guard skip("]") else { throw problem("a comma or ] is expected") }
    return .array(values)
  }

  private mutating func word(_ text: String, _ value: JSON) throws(JSONProblem) -> JSON {
    guard bytes[place...].starts(with: text.utf8) else { throw problem("a value is expected") }
    place += text.utf8.count
    return value
  }

  /// An optional minus, digits without a leading zero, a fraction, an exponent.
  private mutating func number() throws(JSONProblem) -> JSON {
    let start = place
    var isInteger = true
    if byte == UInt8(ascii: "-") { place += 1 }
    let first = place
    let digits = takeDigits()
    guard digits > 0, digits == 1 || bytes[first] != UInt8(ascii: "0") else {
      place = start
      throw problem("a value is expected")
    }
    if byte == UInt8(ascii: ".") {
      isInteger = false
      place += 1
      guard takeDigits() > 0 else { throw problem("a digit is expected") }
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      isInteger = false
      place += 1
      if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { place += 1 }
      guard takeDigits() > 0 else { throw problem("a digit is expected") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      place = start
      throw problem("the number \(text) does not fit in a Double")
    }
    return .real(value)
  }

  private mutating func takeDigits() -> Int {
    let start = place
    while let byte, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { place += 1 }
    return place - start
  }

  private mutating func string() throws(JSONProblem) -> String {
    var text: [UInt8] = []
    let start = place
    place += 1
    while let byte {
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        guard let text = String(validating: text, as: UTF8.self) else {
          place = start
          throw problem("a text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw problem("a text has a control character that is not escaped")
      default:
        text.append(byte)
        place += 1
      }
    }
    place = start
    throw problem("a text does not end")
  }

  private mutating func escape() throws(JSONProblem) -> [UInt8] {
    place += 1
    guard let letter = byte else { throw problem("a text does not end") }
    place += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try hexadecimal()]
      if UTF16.isLeadSurrogate(units[0]), bytes[place...].starts(with: "\\u".utf8) {
        place += 2
        units.append(try hexadecimal())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw problem("an escape is half of a pair")
      }
      return Array(text.utf8)
    default:
      place -= 1
      throw problem("an escape is unknown")
    }
  }

  private mutating func hexadecimal() throws(JSONProblem) -> UInt16 {
    let digits = bytes[place...].prefix(4)
    guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits are expected") }
    place += 4
    return unit
  }

  private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// The next byte that is no white space, which stays.
  private mutating func next() -> UInt8? {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    return byte
  }

  private mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: symbol) else { return false }
    place += 1
    return true
  }

  private func problem(_ text: String) -> JSONProblem { JSONProblem(byte: place, text: text) }
}
