import ICLPlugins

/// One option with its checked value.
public struct ResolvedOption: Hashable, Sendable {
  public let owner: OptionOwner
  public let name: String
  public let value: OptionValue
  public let unit: String?
  public let origin: ValueOrigin

  /// Every option of a table, as it was set or by default.
  static func all(
    _ owner: OptionOwner, _ table: [OptionDeclaration], _ source: OptionSource
  ) throws(Failure) -> [ResolvedOption] {
    let values = try source.values(table)
    return zip(table, values).map { option, value in
      ResolvedOption(
        owner: owner, name: option.name, value: value, unit: option.unit,
        origin: source.settings[option.name]?.origin ?? .default)
    }
  }
}

/// The options of one component as they were set, and what errors about them concern.
struct OptionSource {
  /// "task", "evaluations.in-weight.task"
  let path: String
  let settings: [String: Setting]

  init(_ path: String, _ settings: [String: Setting]) {
    self.path = path
    self.settings = settings
  }

  /// A value for each option, in their order.
  func values(_ table: [OptionDeclaration]) throws(Failure) -> [OptionValue] {
    for option in table {
      guard let setting = settings[option.name], setting.isQuoted else { continue }
      let isText = option.type == .text || option.type == .choice
      guard !isText else { continue }
      throw Failure(
        .configuration, key: setting.origin.key("\(path).\(option.name)"),
        "expected \(option.type.withArticle), found the text \"\(setting.text)\".",
        hint: "Take the quotes away.")
    }
    return try locating {
      try OptionParser.values($0, for: table, owner: path)
    }
  }

  /// Does something with the texts, and says of errors about an option where it was set.
  func locating<Result>(
    _ body: ([String: String]) throws -> Result
  ) throws(Failure) -> Result {
    do {
      return try body(settings.mapValues(\.text))
    } catch {
      throw located(Failure(error))
    }
  }

  func locating<Result>(_ body: () throws -> Result) throws(Failure) -> Result {
    try locating { (_: [String: String]) in try body() }
  }

  private func located(_ failure: Failure) -> Failure {
    var failure = failure
    // What a component says of its own options begins with its kind, the last word of the path.
    let kind = path.split(separator: ".").last.map { "\($0)." } ?? ""
    for prefix in [path + ".", kind] where failure.key.hasPrefix(prefix) {
      let option = String(failure.key.dropFirst(prefix.count))
      let origin = settings[option]?.origin ?? .default
      failure.key = origin.key("\(path).\(option)")
      break
    }
    return failure
  }
}

extension OptionType {
  var withArticle: String {
    switch self {
    case .integer: "a whole number"
    case .real: "a number"
    case .boolean: "true or false"
    case .text: "a text"
    case .choice: "one of its choices"
    case .reals: "a list of numbers"
    }
  }
}

extension [String: Setting] {
  /// These, and others on top.
  func merging(_ others: [String: Setting]) -> [String: Setting] { merging(others) { $1 } }
}
