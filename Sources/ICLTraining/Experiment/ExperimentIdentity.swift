import ICLPlugins
import ICLRecords

extension ResolvedRun {
  /// Options that say how a machine works, not what it computes.
  private static let machineOptions = ["threads", "backend"]

  /// What makes this run this run: SHA-256 of all values that results depend on, and of the
  /// plugins' files.
  ///
  /// Left out are the name, what is recorded, threads and backend.
  public func identity() throws(Failure) -> String {
    var lines: [String] = []
    func add(_ path: String, _ component: Component) throws(Failure) {
      lines.append("\(path) \(component.id) \(try digest(of: component))")
    }
    func add(_ path: String, _ values: [ResolvedOption]) {
      lines += values.map { "\(path).\($0.name)=\(YAMLText.of($0.value))" }
    }
    try add("model", model.component)
    try add("task", task.component)
    if let optimizer { try add("optimizer", optimizer.component) }
    for option in values {
      if case .metric = option.owner { continue }
      if option.owner == .run && Self.machineOptions.contains(option.name) { continue }
      add("\(option.owner)", [option])
    }
    for evaluation in evaluations {
      let path = "evaluations.\(evaluation.name)"
      let when = evaluation.schedule
      lines.append(
        "\(path) \(evaluation.prompts) prompts, \(when.pattern) \(when.first) \(when.last)")
      if evaluation.plan.promptSet != .fresh {
        lines.append("\(path).prompts-of=\(evaluation.plan.promptSet)")
      }
      try add("\(path).task", evaluation.task.component)
      add("\(path).task", evaluation.values)
      for metric in evaluation.metrics {
        try add("\(path).metric.\(metric.name)", metric.instance.component)
        add("\(path).metric.\(metric.name)", metric.values)
      }
    }
    lines += schedules.map {
      let points = $0.points.map { "\($0.step):\($0.text)" }.joined(separator: " ")
      return "schedules.\($0.path) \($0.interpolation.rawValue) every \($0.every) \(points)"
    }
    return Digest.sha256(of: lines.sorted().joined(separator: "\n"))
  }

  private func digest(of component: Component) throws(Failure) -> String {
    try component.library.digest()
  }
}

extension PluginLibrary {
  /// SHA-256 of its file, read once: many short runs in one process ask for it.
  func digest() throws(Failure) -> String {
    try remembering("sha256") { () throws(Failure) in
      try failing { try Digest.sha256(ofFile: path) }
    }
  }
}
