import ICLPlugins

/// One value of an experiment as it is run: where it stands in the file, and where it comes from.
public struct ExperimentEntry: Hashable, Sendable {
  /// `["schedules", "task.tasks", "steps"]`; "-" for an item of a list.
  public var path: [String]
  /// As YAML, on one line.
  public var text: String
  public var unit: String?
  public var origin: ValueOrigin

  init(_ path: [String], _ text: String, unit: String? = nil, _ origin: ValueOrigin) {
    self.path = path
    self.text = text
    self.unit = unit
    self.origin = origin
  }

  /// "run.steps"
  public var name: String { path.joined(separator: ".") }
}

extension ResolvedRun {
  /// The experiment as a file that needs no other: every value, sorted, with its origin as comment.
  ///
  /// To run it is to run this experiment.
  public var canonicalText: String { text(withOrigins: true) }

  public func text(withOrigins: Bool) -> String {
    var lines: [String] = []
    var open: [String] = []
    for entry in entries {
      let keys = entry.path.dropLast()
      let common = zip(open, keys).prefix { $0 == $1 }.count
      for (depth, key) in keys.enumerated().dropFirst(common) {
        lines.append(String(repeating: "  ", count: depth) + "\(key):")
      }
      open = Array(keys)
      let indentation = String(repeating: "  ", count: keys.count)
      let key = entry.path[keys.count] == "-" ? "- " : "\(entry.path[keys.count]): "
      let comment = withOrigins ? "  # \(entry.origin)" : ""
      lines.append(indentation + key + entry.text + comment)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Every value of the experiment as it is run, sorted by path.
  public var entries: [ExperimentEntry] {
    var all = nameEntries + optionEntries
    for evaluation in evaluations { all += entries(of: evaluation) }
    for schedule in schedules { all += schedule.entries }
    all += experiment.record.training.entries(["record", "training"], .default, isRecord: true)
    all += experiment.record.checkpoints.entries(["record", "checkpoints"], .default, isRecord: true)
    // Items of lists keep their order.
    return all.enumerated().sorted {
      ($0.element.sortKey, $0.offset) < ($1.element.sortKey, $1.offset)
    }.map(\.element)
  }

  private var nameEntries: [ExperimentEntry] {
    var entries: [ExperimentEntry] = []
    if let name = experiment.name {
      entries.append(ExperimentEntry(["name"], YAMLText.quoted(name), .default))
    }
    entries.append(experiment.model.entry(["model"], model.component))
    entries.append(experiment.task.entry(["task"], task.component))
    if let choice = experiment.optimizer, let optimizer {
      entries.append(choice.entry(["optimizer"], optimizer.component))
    }
    return entries + evaluations[0].metrics.entries(["metrics"])
  }

  private var optionEntries: [ExperimentEntry] {
    values.compactMap { option in
      if case .metric = option.owner { return nil }
      return ExperimentEntry(
        ["\(option.owner)", option.name], YAMLText.of(option.value), unit: option.unit,
        option.origin)
    }
  }

  private func entries(of evaluation: ResolvedEvaluation) -> [ExperimentEntry] {
    let path = ["evaluations", evaluation.name]
    let plan = evaluation.plan
    var entries = plan.schedule.entries(path, plan.origin, isRecord: false)
    entries.append(
      ExperimentEntry(
        path + ["prompts"], "\(evaluation.prompts)", unit: "prompts",
        plan.prompts == nil ? .default : plan.origin))
    if evaluation.task !== task {
      if let choice = plan.task {
        entries.append(choice.entry(path + ["task"], evaluation.task.component))
      }
      entries += evaluation.values.map {
        ExperimentEntry(
          path + ["task", $0.name], YAMLText.of($0.value), unit: $0.unit, $0.origin)
      }
    }
    guard evaluation.name != EvaluationPlan.main else { return entries }
    return entries + evaluation.metrics.entries(path + ["metrics"])
  }
}

extension ExperimentEntry {
  /// A component comes before its options.
  fileprivate var sortKey: String {
    path.map { $0 == "component" ? " " : $0 }.joined(separator: "\u{1}")
  }
}

extension ComponentChoice {
  /// A component that was given by its path is named by it.
  fileprivate func entry(_ path: [String], _ component: Component) -> ExperimentEntry {
    ExperimentEntry(path + ["component"], YAMLText.quoted(name(of: component)), origin)
  }

  func name(of component: Component) -> String {
    name.contains("/") ? "\(AbsolutePath.of(component.library.path))#\(component.id)" : name
  }
}

extension [NamedMetric] {
  fileprivate func entries(_ path: [String]) -> [ExperimentEntry] {
    if isEmpty { return [ExperimentEntry(path, "[]", .default)] }
    return map { ExperimentEntry(path + ["-"], $0.text, $0.choice.origin) }
  }
}

extension NamedMetric {
  /// `{component: loss-by-context-length, name: loss}`
  var text: String {
    let component = "component: \(YAMLText.quoted(choice.name(of: instance.component)))"
    let options = values.map { ", \($0.name): \(YAMLText.of($0.value))" }
    return "{\(component), name: \(name)\(options.joined())}"
  }
}

extension OptionSchedule {
  fileprivate var entries: [ExperimentEntry] {
    let start = ["schedules", path]
    func list(_ texts: [String]) -> String { "[\(texts.joined(separator: ", "))]" }
    return [
      ExperimentEntry(start + ["every"], "\(every)", origin),
      ExperimentEntry(start + ["interpolation"], interpolation.rawValue, origin),
      ExperimentEntry(start + ["steps"], list(points.map { "\($0.step)" }), origin),
      ExperimentEntry(
        start + ["values"],
        list(points.map { $0.text.contains(",") ? "[\($0.text)]" : YAMLText.quoted($0.text) }),
        origin),
    ]
  }
}

extension StepSchedule {
  /// - Parameter isRecord: step 0 is not meant unless it is said.
  fileprivate func entries(
    _ path: [String], _ origin: ValueOrigin, isRecord: Bool
  ) -> [ExperimentEntry] {
    var entries: [ExperimentEntry] = []
    switch pattern {
    case .every(let n): entries.append(ExperimentEntry(path + ["every"], "\(n)", origin))
    case .at(let steps):
      if !steps.isEmpty {
        let list = steps.map(String.init).joined(separator: ", ")
        entries.append(ExperimentEntry(path + ["at"], "[\(list)]", origin))
      }
    case .linear(let n): entries.append(ExperimentEntry(path + ["linear"], "\(n)", origin))
    case .logarithmic(let n):
      entries.append(ExperimentEntry(path + ["logarithmic"], "\(n)", origin))
    }
    let isSilent = isRecord || entries.isEmpty ? !first && last : first && last
    if !isSilent {
      entries.append(ExperimentEntry(path + ["ends"], first ? "true" : "false", origin))
    } else if isRecord && entries.isEmpty {
      entries.append(ExperimentEntry(path, "{}", origin))
    }
    return entries
  }
}
