import Glibc
import ICLPlugins

/// Values as YAML that any reader understands.
enum YAMLText {
  static func of(_ value: OptionValue) -> String {
    switch value {
    case .integer, .boolean: value.description
    case .real(let number): of(number)
    case .text(let text), .choice(_, let text): quoted(text)
    case .reals(let numbers): "[\(numbers.map(of).joined(separator: ", "))]"
    }
  }

  /// 1e-06 is a text to readers of YAML 1.1; 1.0e-06 is a number to all.
  static func of(_ number: Double) -> String {
    let text = OptionValue.real(number).description
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// In quotes where it could be taken for something else.
  static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || "-_./".utf8.contains($0)
    }
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let startsAsWord = text.utf8.first.map { (65...90).contains($0) || (97...122).contains($0) }
    let isNumber = Double(text) != nil && !"nNiI".contains(text.first ?? " ")
    if isNumber { return text }
    if plain && startsAsWord == true && !words.contains(text.lowercased()) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

enum AbsolutePath {
  /// The path itself where nothing is there.
  static func of(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
