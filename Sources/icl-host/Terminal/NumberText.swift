import Glibc

/// Numbers as people read them.
enum NumberText {
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    guard abs(value) < 1e15 else { return "\(value)" }
    let scale = pow(10, Double(digits))
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e18 else { return "\(value)" }
    let units = UInt64(scaled)
    let whole = units / UInt64(scale)
    let sign = value < 0 && units > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = "\(units % UInt64(scale))"
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole).\(zeros)\(fraction)"
  }

  /// A loss with five digits that count, whatever its size.
  static func loss(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, 4) }
    let size = abs(value)
    if size >= 1e7 || size < 1e-5 { return scientific(value) }
    let places = 4 - Int(floor(log10(size)))
    return fixed(value, min(max(places, 0), 9))
  }

  /// "1.2e9"
  static func scientific(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, 1) }
    let exponent = floor(log10(abs(value)))
    return "\(fixed(value / pow(10, exponent), 2))e\(Int(exponent))"
  }

  /// "850 ms", "12 s", "3 min 20 s", "5 h 12 min"
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 10 { return "\(fixed(seconds, 1)) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// 1234567 as "1,234,567".
  static func count(_ value: Int) -> String {
    let digits = Array("\(value)")
    var result = ""
    for (index, digit) in digits.enumerated() {
      let rest = digits.count - index
      if index > 0, rest % 3 == 0, digits[index - 1] != "-" { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
