extension Experiment {
  /// Reads what files and the command line say together.
  init(_ written: Written, file: String?, metricSettings: Settings) throws(Failure) {
    var top = try MappingReader(written, path: "", expected: "an experiment")
    settings = metricSettings
    self.file = file
    name = try top.text("name")?.text
    guard let model = try Self.component("model", in: &top, into: &settings, .model) else {
      throw Self.missing("model", written, example: "linear-attention")
    }
    self.model = model
    guard let task = try Self.component("task", in: &top, into: &settings, .task) else {
      throw Self.missing("task", written, example: "ridge")
    }
    self.task = task
    optimizer =
      try Self.component("optimizer", in: &top, into: &settings, .optimizer)
      ?? ComponentChoice(RunConfiguration.defaultOptimizer, origin: .default)
    if let run = top.take("run") {
      var reader = try MappingReader(run, path: "run", expected: "options of a run")
      for entry in reader.takeRest() {
        settings.set(.run, entry.key, try entry.value.setting("run.\(entry.key)"))
      }
    }
    metrics = try top.take("metrics").map { (list) throws(Failure) in
      try MetricChoice.list(list, path: "metrics")
    }
    evaluations = try EvaluationPlan.all(top.take("evaluations"))
    schedules = try OptionSchedule.all(top.take("schedules"))
    record = try RecordPlan(top.take("record"))
    try top.finish()
  }

  /// `{component: ridge, dimension: 4}`, or `ridge`.
  private static func component(
    _ key: String, in top: inout MappingReader, into settings: inout Settings, _ owner: OptionOwner
  ) throws(Failure) -> ComponentChoice? {
    guard let written = top.take(key) else { return nil }
    let (choice, options) = try ComponentChoice.read(written, path: key)
    for (name, value) in options { settings.set(owner, name, value) }
    return choice
  }

  private static func missing(_ key: String, _ written: Written, example: String) -> Failure {
    var key_ = key
    if case .file(let path, _) = written.origin { key_ = "\(path): \(key)" }
    return Failure(
      .configuration, key: key_, "the experiment has none.",
      hint: "Write \(key): \(example), or give --\(key) \(example).")
  }
}

extension ComponentChoice {
  /// nil for the choice where only options are given.
  static func read(
    _ written: Written, path: String
  ) throws(Failure) -> (choice: ComponentChoice?, options: [String: Setting]) {
    var reader = try MappingReader(
      written.named, path: path, expected: "a component, or a mapping with its options")
    let named = try reader.text("component")
    var options: [String: Setting] = [:]
    for entry in reader.takeRest() {
      options[entry.key] = try entry.value.setting("\(path).\(entry.key)")
    }
    let choice = named.map { ComponentChoice($0.text, origin: $0.origin) }
    return (choice?.besideItsFile, options)
  }

  /// A path in a file is relative to the file.
  var besideItsFile: ComponentChoice {
    guard case .file(let path, _) = origin, name.hasPrefix("./") || name.hasPrefix("../"),
      let slash = path.lastIndex(of: "/")
    else { return self }
    return ComponentChoice("\(path[..<slash])/\(name)", origin: origin)
  }
}

extension MetricChoice {
  static func list(_ written: Written, path: String) throws(Failure) -> [MetricChoice] {
    guard case .list(let items) = written.value else {
      throw Failure(
        .configuration, key: written.origin.key(path),
        "expected a list of metrics, found \(written.kind).",
        hint: "Write [loss-by-context-length], or [] for none.")
    }
    var metrics: [MetricChoice] = []
    for (index, item) in items.enumerated() {
      let path = "\(path)[\(index)]"
      var reader = try MappingReader(
        item.named, path: path, expected: "a metric, or a mapping with its options")
      guard let component = try reader.text("component") else {
        throw Failure(
          .configuration, key: item.origin.key(path), "it does not say which metric it is.",
          hint: "Write component: loss-by-context-length.")
      }
      let name = try reader.text("name")
      if let name { try name.origin.checkName(name.text, "\(path).name") }
      var metric = MetricChoice(
        ComponentChoice(component.text, origin: component.origin).besideItsFile, name: name?.text)
      for entry in reader.takeRest() {
        metric.settings[entry.key] = try entry.value.setting("\(path).\(entry.key)")
      }
      metrics.append(metric)
    }
    return metrics
  }
}

extension Written {
  /// `ridge` as `{component: ridge}`.
  var named: Written {
    guard case .scalar = value else { return self }
    return Written(.mapping([Entry(key: "component", origin: origin, value: self)]), origin)
  }
}

extension ValueOrigin {
  /// Names become parts of file names and of series: letters, digits and dashes.
  func checkName(_ name: String, _ path: String) throws(Failure) {
    let letters = name.utf8.allSatisfy {
      (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0)
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    guard letters, !name.isEmpty, name.utf8.count <= 64 else {
      throw Failure(
        .configuration, key: key(path),
        "expected a name of at most 64 letters, digits and dashes, found '\(name)'.")
    }
  }
}
