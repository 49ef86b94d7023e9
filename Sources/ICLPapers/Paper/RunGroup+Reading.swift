import ICLTraining

extension RunGroup {
  private static let keys = [
    "experiment", "evaluate", "analyse", "of", "where", "seeds", "set", "vary", "quick",
  ]

  init(_ node: PaperNode, name: String, folder: String) throws(Failure) {
    let fields = try node.fields(Self.keys)
    self.name = name
    place = node.place
    switch (fields["experiment"], fields["evaluate"], fields["analyse"]) {
    case (nil, nil, let kind?): work = .analysis(try AnalysisWork(kind, fields, node))
    case (let file?, nil, nil): work = .experiment(try Self.path(file, folder), trains: true)
    case (nil, let evaluation?, nil):
      work =
        evaluation.isScalar
        ? .experiment(try Self.path(evaluation, folder), trains: false)
        : .evaluation(try EvaluationWork(evaluation))
    default: throw node.failure("expected one of 'experiment', 'evaluate' and 'analyse'.")
    }
    seeds = try fields["seeds"]?.seeds() ?? [0]
    settings = try fields["set"].map(Self.settings) ?? []
    variations = try fields["vary"].map(Self.variations) ?? [[]]
    isOnlyFull = false
    if let short = fields["quick"] {
      if short.isScalar {
        isOnlyFull = try !short.boolean()
      } else {
        let fields = try short.fields(["seeds", "set", "vary"])
        quick = Quick(
          seeds: try fields["seeds"]?.seeds(), settings: try fields["set"].map(Self.settings) ?? [],
          variations: try fields["vary"].map(Self.variations))
      }
    }
  }

  private static func path(_ file: PaperNode, _ folder: String) throws(Failure) -> String {
    let path = "\(folder)/\(try file.text())"
    guard FileTest.exists(path) else { throw file.failure("there is no file '\(path)'.") }
    return path
  }

  static func settings(_ node: PaperNode) throws(Failure) -> [Setting] {
    var settings: [Setting] = []
    for (key, value) in try node.members() {
      settings.append(try setting(key, value))
    }
    return settings
  }

  /// A file to start from is found beside paper.yaml, as experiments are.
  private static func setting(_ key: String, _ value: PaperNode) throws(Failure) -> Setting {
    Setting(key, key == Setting.parametersKey ? try path(value, value.folder) : try text(value))
  }

  /// Keys with lists: all combinations, the last key fastest. A list of mappings: these.
  static func variations(_ node: PaperNode) throws(Failure) -> [[Setting]] {
    var variations: [[Setting]] = []
    if node.isList {
      for element in try node.elements() { variations.append(try settings(element)) }
    } else {
      variations = [[]]
      for (key, list) in try node.members() {
        var values: [Setting] = []
        for value in try list.elements() { values.append(try setting(key, value)) }
        variations = variations.flatMap { start in values.map { start + [$0] } }
      }
    }
    guard !variations.isEmpty else { throw node.failure("nothing varies: the list is empty.") }
    return variations
  }

  /// A list is written as the options of components are: 1,2,3.
  private static func text(_ node: PaperNode) throws(Failure) -> String {
    guard node.isList else { return try node.text() }
    var texts: [String] = []
    for element in try node.elements() { texts.append(try element.text()) }
    return texts.joined(separator: ",")
  }
}

extension RunGroup.EvaluationWork {
  init(_ node: PaperNode) throws(Failure) {
    let fields = try node.fields(["model", "task", "metrics"])
    guard let model = fields["model"], let task = fields["task"] else {
      throw node.failure("expected a model and a task.")
    }
    self.model = try model.text()
    self.task = try task.text()
    metrics = []
    for metric in try fields["metrics"]?.elements() ?? [] { metrics.append(try metric.text()) }
  }
}

extension RunGroup.AnalysisWork {
  fileprivate init(
    _ kind: PaperNode, _ fields: [String: PaperNode], _ node: PaperNode
  ) throws(Failure) {
    let name = try kind.text()
    guard let known = AnalysisKind(rawValue: name) else {
      let names = AnalysisKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw kind.failure("there is no analysis '\(name)'; there are: \(names).")
    }
    guard let group = fields["of"] else {
      throw node.failure("expected 'of': the group whose runs are analysed.")
    }
    for key in ["seeds", "vary"] where fields[key] != nil {
      throw node.failure("an analysis has the seeds and variations of its group: no '\(key)'.")
    }
    self.kind = known
    self.group = try group.text()
    only = try fields["where"].map(RunGroup.settings) ?? []
  }
}
