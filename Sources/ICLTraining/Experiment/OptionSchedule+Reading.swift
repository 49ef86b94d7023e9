import ICLPlugins

extension OptionSchedule {
  /// Of the mapping `schedules:`, sorted by path.
  static func all(_ written: Written?) throws(Failure) -> [OptionSchedule] {
    guard let written else { return [] }
    var top = try MappingReader(
      written, path: "schedules", expected: "schedules, such as task.noise-variance: ...")
    var schedules: [OptionSchedule] = []
    for owner in [OptionOwner.model, .task, .optimizer] {
      guard let options = top.take("\(owner)") else { continue }
      var reader = try MappingReader(
        options, path: "schedules.\(owner)", expected: "options of the \(owner)")
      for entry in reader.takeRest() {
        schedules.append(try OptionSchedule(entry, owner: owner))
      }
    }
    try top.finish()
    return schedules.sorted { $0.path < $1.path }
  }

  private init(_ entry: Written.Entry, owner: OptionOwner) throws(Failure) {
    let path = "schedules.\(owner).\(entry.key)"
    var reader = try MappingReader(
      entry.value, path: path, expected: "steps and values, such as {steps: [0, 5000], values: [1, 2]}"
    )
    guard let steps = try reader.wholeNumbers("steps", 0...1_000_000_000_000),
      let values = reader.take("values")
    else {
      throw Failure(
        .configuration, key: entry.origin.key(path), "a schedule has steps and values.",
        hint: "Write {steps: [0, 5000], values: [1, 2]}.")
    }
    guard case .list(let items) = values.value, items.count == steps.count else {
      var found = values.kind
      if case .list(let items) = values.value { found = "\(items.count)" }
      throw Failure(
        .configuration, key: values.origin.key("\(path).values"),
        "expected a list of \(steps.count) values, one for each step, found \(found).")
    }
    guard steps[0] == 0, zip(steps, steps.dropFirst()).allSatisfy(<) else {
      throw Failure(
        .configuration, key: reader.origin.key("\(path).steps"),
        "expected steps that begin with 0 and rise, found "
          + "\(steps.map(String.init).joined(separator: ", ")).")
    }
    var points: [Point] = []
    for (index, item) in items.enumerated() {
      let value = try item.setting("\(path).values[\(index)]")
      points.append(Point(step: steps[index], text: value.text, origin: value.origin))
    }
    let interpolation = try Self.interpolation(&reader)
    let every = try reader.wholeNumber("every") ?? 1
    try reader.finish()
    self.init(
      owner: owner, option: entry.key, points: points, interpolation: interpolation, every: every,
      origin: entry.origin)
  }

  private static func interpolation(
    _ reader: inout MappingReader
  ) throws(Failure) -> Interpolation {
    guard let (text, origin) = try reader.text("interpolation") else { return .step }
    guard let interpolation = Interpolation(rawValue: text) else {
      let all = Interpolation.allCases.map(\.rawValue)
      throw Failure(
        .configuration, key: origin.key(reader.path(of: "interpolation")),
        "expected one of \(all.joined(separator: ", ")), found '\(text)'.",
        hint: nearestName(to: text, among: all).map { "Did you mean '\($0)'?" } ?? "")
    }
    return interpolation
  }
}
