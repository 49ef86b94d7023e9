/// Turns what a user typed into checked values.
public enum OptionParser {
  /// One value. `owner` is what stands before the name in errors: "task".
  public static func parse(
    _ text: String, for option: OptionDeclaration, owner: String = ""
  ) throws(PluginError) -> OptionValue {
    func refuse(_ expected: String) -> PluginError {
      PluginError(
        .badOption, "expected \(expected), found '\(text)'.", path: path(owner, option.name))
    }
    let isInRange = { (value: Double) in
      value >= option.minimum ?? -.infinity && value <= option.maximum ?? .infinity
    }
    switch option.type {
    case .integer:
      guard let value = Int64(text), isInRange(Double(value)) else {
        throw refuse("a whole number" + range(of: option))
      }
      return .integer(value)
    case .real:
      guard let value = real(text), isInRange(value) else {
        throw refuse("a number" + range(of: option))
      }
      return .real(value)
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "1": return .boolean(true)
      case "false", "no", "0": return .boolean(false)
      default: throw refuse("true or false")
      }
    case .text:
      guard !text.utf8.contains(0) else { throw refuse("a text without a zero byte") }
      return .text(text)
    case .choice:
      guard let index = option.choices.firstIndex(of: text) else {
        let nearest = nearestName(to: text, among: option.choices)
        throw PluginError(
          .badOption,
          "expected one of \(option.choices.joined(separator: ", ")), found '\(text)'.",
          hint: nearest.map { "Did you mean '\($0)'?" } ?? "", path: path(owner, option.name))
      }
      return .choice(index: index, text: text)
    case .reals:
      if text.isEmpty { return .reals([]) }
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let values = parts.compactMap { real(trimmed($0)) }
      guard values.count == parts.count, values.allSatisfy(isInRange) else {
        throw refuse("numbers\(range(of: option)) with commas between them, such as 1,0.5,0.25")
      }
      return .reals(values)
    }
  }

  /// A value for each option, in their order: as typed, or the default.
  public static func values(
    _ settings: [String: String], for options: [OptionDeclaration], owner: String = ""
  ) throws(PluginError) -> [OptionValue] {
    let names = options.map(\.name)
    if let unknown = settings.keys.filter({ !names.contains($0) }).min() {
      throw PluginError(
        .unknownOption, "there is no such option.",
        hint: suggestion(for: unknown, among: names, things: "options"),
        path: path(owner, unknown))
    }
    var values: [OptionValue] = []
    for option in options {
      values.append(
        try parse(settings[option.name] ?? option.defaultText, for: option, owner: owner))
    }
    return values
  }

  private static func path(_ owner: String, _ name: String) -> String {
    owner.isEmpty ? name : "\(owner).\(name)"
  }

  /// Finite numbers only: an option never means NaN or infinity.
  private static func real(_ text: some StringProtocol) -> Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// " from 0 to 10 nats"
  private static func range(of option: OptionDeclaration) -> String {
    let unit = option.unit.map { " \($0)" } ?? ""
    switch (option.minimum, option.maximum) {
    case (let low?, let high?):
      return " from \(OptionValue.text(low)) to \(OptionValue.text(high))\(unit)"
    case (let low?, nil): return " of at least \(OptionValue.text(low))\(unit)"
    case (nil, let high?): return " of at most \(OptionValue.text(high))\(unit)"
    case (nil, nil): return option.unit.map { " (\($0))" } ?? ""
    }
  }
}
