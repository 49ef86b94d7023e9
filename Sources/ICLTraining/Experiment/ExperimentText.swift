import ICLPlugins
import ICLRecords

/// One value of an experiment as it is run: where it stands in the file, and where it comes from.
public struct ExperimentEntry: Hashable, Sendable {
  /// `["schedules", "task.tasks", "steps"]`; "-" for an item of a list.
  public var path: [String]
  public var value: JSON
  public var unit: String?
  public var origin: ValueOrigin

  init(_ path: [String], _ value: JSON, unit: String? = nil, _ origin: ValueOrigin) {
    self.path = path
    self.value = value
    self.unit = unit
    self.origin = origin
  }

  /// The value as YAML, on one line.
  public var text: String { YAMLText.of(value) }

  /// "run.steps"
  public var name: String { path.joined(separator: ".") }

  /// "metrics" for an item of that list.
  public var listName: String {
    path.last == "-" ? path.dropLast().joined(separator: ".") : name
  }
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
    let record = experiment.record
    all += record.training.entries(
      ["record", "training"],
      experiment.origin("record.training", "record.training-every"), isRecord: true)
    all += record.checkpoints.entries(
      ["record", "checkpoints"],
      experiment.origin("record.checkpoints", "record.checkpoint-every"), isRecord: true)
    // Items of lists keep their order.
    return all.enumerated().sorted {
      ($0.element.sortKey, $0.offset) < ($1.element.sortKey, $1.offset)
    }.map(\.element)
  }

  private var nameEntries: [ExperimentEntry] {
    var entries: [ExperimentEntry] = []
    if let name = experiment.name {
      entries.append(ExperimentEntry(["name"], .text(name), experiment.origin("name")))
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
        ["\(option.owner)", option.name], option.value.json, unit: option.unit,
        option.origin)
    }
  }

  private func entries(of evaluation: ResolvedEvaluation) -> [ExperimentEntry] {
    let path = ["evaluations", evaluation.name]
    let plan = evaluation.plan
    let name = path.joined(separator: ".")
    var entries = plan.schedule.entries(
      path, experiment.origin(StepSchedule.keys.map { "\(name).\($0)" }), isRecord: false)
    let prompts = plan.prompts == nil ? "run.evaluation-prompts" : "\(name).prompts"
    entries.append(
      ExperimentEntry(
        path + ["prompts"], .integer(evaluation.prompts), unit: "prompts",
        experiment.origin(prompts)))
    if plan.promptSet != .fresh {
      entries.append(
        ExperimentEntry(
          path + ["prompts-of"], .text(plan.promptSet.rawValue),
          experiment.origin("\(name).prompts-of")))
    }
    if evaluation.task !== task {
      if let choice = plan.task {
        entries.append(choice.entry(path + ["task"], evaluation.task.component))
      }
      entries += evaluation.values.map {
        ExperimentEntry(
          path + ["task", $0.name], $0.value.json, unit: $0.unit, $0.origin)
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
    ExperimentEntry(path + ["component"], .text(name(of: component)), origin)
  }

  func name(of component: Component) -> String {
    name.contains("/") ? "\(AbsolutePath.of(component.library.path))#\(component.id)" : name
  }
}

extension [NamedMetric] {
  fileprivate func entries(_ path: [String]) -> [ExperimentEntry] {
    if isEmpty { return [ExperimentEntry(path, .array([]), .default)] }
    return map { ExperimentEntry(path + ["-"], $0.json, $0.choice.origin) }
  }
}

extension NamedMetric {
  /// `{component: loss-by-context-length, name: loss}`
  fileprivate var json: JSON {
    var object: JSON = [
      "component": .text(choice.name(of: instance.component)), "name": .text(name),
    ]
    for option in values { object.add(option.name, option.value.json) }
    return object
  }
}

extension OptionSchedule {
  fileprivate var entries: [ExperimentEntry] {
    let start = ["schedules", path]
    return [
      ExperimentEntry(start + ["every"], .integer(every), unit: "steps", origin),
      ExperimentEntry(start + ["interpolation"], .text(interpolation.rawValue), origin),
      ExperimentEntry(start + ["steps"], .array(points.map { .integer($0.step) }), origin),
      ExperimentEntry(start + ["values"], .array(points.map(\.json)), origin),
    ]
  }
}

extension OptionSchedule.Point {
  fileprivate var json: JSON {
    if let number = Int(text) { return .integer(number) }
    if let number = Double(text) { return .real(number) }
    let numbers = text.split(separator: ",").map { Double($0) }
    if text.contains(","), numbers.allSatisfy({ $0 != nil }) {
      return .reals(numbers.compactMap { $0 })
    }
    return text == "true" || text == "false" ? .boolean(text == "true") : .text(text)
  }
}

extension StepSchedule {
  /// - Parameter isRecord: step 0 is not meant unless it is said.
  fileprivate func entries(
    _ path: [String], _ origin: ValueOrigin, isRecord: Bool
  ) -> [ExperimentEntry] {
    var entries = pattern.entries(path, origin)
    let isSilent = isRecord || entries.isEmpty ? !first && last : first && last
    if !isSilent {
      entries.append(ExperimentEntry(path + ["ends"], .boolean(first), origin))
    } else if isRecord && entries.isEmpty {
      entries.append(ExperimentEntry(path, [:], origin))
    }
    return entries
  }
}

extension StepSchedule.Pattern {
  fileprivate func entries(_ path: [String], _ origin: ValueOrigin) -> [ExperimentEntry] {
    func count(_ key: String, _ n: Int) -> [ExperimentEntry] {
      [ExperimentEntry(path + [key], .integer(n), origin)]
    }
    switch self {
    case .every(let n):
      return [ExperimentEntry(path + ["every"], .integer(n), unit: "steps", origin)]
    case .at(let steps):
      let list = steps.map { JSON.integer($0) }
      return steps.isEmpty ? [] : [ExperimentEntry(path + ["at"], .array(list), origin)]
    case .linear(let n): return count("linear", n)
    case .logarithmic(let n): return count("logarithmic", n)
    case .logarithmicDown(let n): return count("logarithmic-down", n)
    case .union(let parts): return parts.flatMap { $0.entries(path, origin) }
    }
  }
}
