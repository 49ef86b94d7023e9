/// An option as a component declares it.
public struct OptionDeclaration: Hashable, Sendable {
  /// kebab-case: "context-length".
  public var name: String
  public var type: OptionType
  /// As a user would write it.
  public var defaultText: String
  public var summary: String
  public var unit: String?
  /// For `.choice`.
  public var choices: [String]
  /// Inclusive; nil where unbounded. For numbers, and for each of a list.
  public var minimum: Double?
  public var maximum: Double?

  public init(
    name: String, type: OptionType, defaultText: String, summary: String, unit: String? = nil,
    choices: [String] = [], minimum: Double? = nil, maximum: Double? = nil
  ) {
    self.name = name
    self.type = type
    self.defaultText = defaultText
    self.summary = summary
    self.unit = unit
    self.choices = choices
    self.minimum = minimum
    self.maximum = maximum
  }
}

public enum OptionType: UInt32, Hashable, Sendable, CaseIterable {
  case integer = 1
  case real, boolean, text, choice, reals

  /// As it stands in manifests and help.
  public var name: String {
    switch self {
    case .integer: "integer"
    case .real: "real"
    case .boolean: "boolean"
    case .text: "text"
    case .choice: "choice"
    case .reals: "reals"
    }
  }
}
