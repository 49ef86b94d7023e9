/// A checked value of an option.
public enum OptionValue: Hashable, Sendable {
  case integer(Int64)
  case real(Double)
  case boolean(Bool)
  case text(String)
  case choice(index: Int, text: String)
  case reals([Double])
}

extension OptionValue: CustomStringConvertible {
  /// As a user would write it; parsing gives the value back.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value): Self.text(value)
    case .boolean(let value): value ? "true" : "false"
    case .text(let value): value
    case .choice(_, let text): text
    case .reals(let values): values.map(Self.text).joined(separator: ",")
    }
  }

  /// Whole numbers without a fraction: 10, not 10.0.
  static func text(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension OptionValue {
  /// Of a number; 0 or 1 for a boolean, a choice's index, else NaN.
  public var number: Double {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .boolean(let value): value ? 1 : 0
    case .choice(let index, _): Double(index)
    case .text, .reals: .nan
    }
  }
}
