import Glibc

/// Numbers as text, the same on every machine.
enum Numeral {
  /// A coordinate: two decimals at most, no trailing zeros.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let units = Int((value * 100).rounded())
    let size = abs(units)
    let sign = units < 0 ? "-" : ""
    let cents = size % 100
    if cents == 0 { return "\(sign)\(size / 100)" }
    if cents % 10 == 0 { return "\(sign)\(size / 100).\(cents / 10)" }
    return "\(sign)\(size / 100).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// A value with a fixed number of decimals; a proper minus sign is left to `label`.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    let units = (abs(value) * scale).rounded()
    guard units < 9e15 else { return "\(value)" }
    let digits = "\(Int(units))"
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }

  /// A value to be read: so many digits that count, without trailing zeros; "1.2e-9" at the ends.
  static func value(_ value: Double, digits: Int = 5) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "-∞" : "∞" }
    guard value != 0 else { return "0" }
    var exponent = Int(floor(log10(abs(value))))
    if abs(value) / pow(10, Double(exponent)) + 0.5 * pow(10, Double(1 - digits)) >= 10 {
      exponent += 1
    }
    if exponent >= 7 || exponent < -4 {
      return trimmed(fixed(value / pow(10, Double(exponent)), digits - 1)) + "e\(exponent)"
    }
    return trimmed(fixed(value, max(digits - 1 - exponent, 0)))
  }

  /// 1234567 as "1,234,567".
  static func grouped(_ digits: String) -> String {
    var result = ""
    let whole = digits.prefix { $0 != "." }
    for (index, digit) in whole.enumerated() {
      let rest = whole.count - index
      if index > 0, rest % 3 == 0, result.last != "-" { result.append(",") }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }

  static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
