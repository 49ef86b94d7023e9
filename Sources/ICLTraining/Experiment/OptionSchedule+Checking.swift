import ICLPlugins

extension OptionSchedule {
  /// Checks it against the options of its component.
  func checked(
    against table: [OptionDeclaration], settings: Settings
  ) throws(Failure) -> OptionSchedule {
    let key = "schedules.\(path)"
    guard let option = table.first(where: { $0.name == self.option }) else {
      let nearest = nearestName(to: self.option, among: table.map(\.name))
      throw Failure(
        .configuration, key: origin.key(key), "there is no such option.",
        hint: nearest.map { "Did you mean '\(owner).\($0)'?" } ?? "See icl-host describe.")
    }
    if let setting = settings.all(of: owner)[option.name], setting.origin == .commandLine,
      origin != .commandLine
    {
      throw Failure(
        .configuration, key: path, "the option follows a schedule (\(origin)).",
        hint: "Set \(key).values instead, or take the schedule away with \(key)=null.")
    }
    let isNumber = option.type == .integer || option.type == .real
    guard isNumber || interpolation == .step else {
      throw Failure(
        .configuration, key: origin.key(key),
        "only numbers are interpolated, and \(path) is \(option.type.withArticle).",
        hint: "Write interpolation: step.")
    }
    for (index, point) in points.enumerated() {
      let place = point.origin.key("\(key).values[\(index)]")
      let value: OptionValue
      do throws(PluginError) {
        value = try OptionParser.parse(point.text, for: option)
      } catch {
        throw Failure(.configuration, key: place, error.message, hint: error.hint)
      }
      guard interpolation == .logarithmic else { continue }
      guard value.number ?? 0 > 0 else {
        throw Failure(
          .configuration, key: place,
          "expected a number above 0, found '\(point.text)': values are interpolated by their "
            + "logarithms.")
      }
    }
    var checked = self
    checked.isWhole = option.type == .integer
    return checked
  }
}

extension OptionValue {
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }
}

extension [OptionSchedule] {
  /// The values of an owner's scheduled options at a step.
  func settings(_ owner: OptionOwner, at step: Int) -> [String: Setting] {
    var settings: [String: Setting] = [:]
    for schedule in self where schedule.owner == owner {
      let origin = schedule.points.last { $0.step <= step }?.origin ?? schedule.origin
      settings[schedule.option] = Setting(schedule.text(at: step), origin: origin)
    }
    return settings
  }
}
