internal import CICL

extension TableReader {
  /// A component's options: names unique, defaults that parse, bounds that make sense.
  func options(
    _ table: UnsafeRawPointer?, count: UInt32, of owner: String
  ) throws(PluginError) -> [OptionDeclaration] {
    let raw: [icl_option] = try array(table, count: count, "the option table of \(owner)")
    var options: [OptionDeclaration] = []
    for (index, option) in raw.enumerated() {
      let declared = try declaration(option, "option \(index) of \(owner)")
      guard !options.contains(where: { $0.name == declared.name }) else {
        throw refuse(.badOptionTable, "\(owner) declares the option '\(declared.name)' twice.")
      }
      options.append(declared)
    }
    return options
  }

  private func declaration(
    _ raw: icl_option, _ what: String
  ) throws(PluginError) -> OptionDeclaration {
    let name = try identifier(raw.name, "the name of \(what)")
    let what = "\(what), '\(name)',"
    guard let type = OptionType(rawValue: raw.type) else {
      throw refuse(
        .badOptionTable,
        "\(what) has type \(raw.type); types are 1 to \(OptionType.allCases.count).")
    }
    var option = OptionDeclaration(
      name: name, type: type,
      defaultText: try text(raw.default_text, "the default of \(what)"),
      summary: try text(raw.summary, "the summary of \(what)"))
    if let unit = raw.unit { option.unit = try text(unit, "the unit of \(what)") }
    guard !raw.minimum.isNaN, !raw.maximum.isNaN, raw.minimum <= raw.maximum else {
      throw refuse(
        .badOptionTable,
        "\(what) has the range \(raw.minimum) to \(raw.maximum), which holds "
          + "no number.")
    }
    if raw.minimum != 0 || raw.maximum != 0 {
      if raw.minimum > -.infinity { option.minimum = raw.minimum }
      if raw.maximum < .infinity { option.maximum = raw.maximum }
    }
    if type == .choice {
      option.choices = try text(raw.choices, "the choices of \(what)")
        .split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard Set(option.choices).count == option.choices.count, !option.choices.contains("") else {
        throw refuse(.badOptionTable, "\(what) has an empty or repeated choice.")
      }
    }
    do {
      _ = try OptionParser.parse(option.defaultText, for: option)
    } catch {
      throw refuse(.badOptionTable, "\(what) has a default that is not valid: \(error.message)")
    }
    return option
  }
}
