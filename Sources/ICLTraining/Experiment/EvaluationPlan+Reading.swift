extension EvaluationPlan {
  /// Of the mapping `evaluations:`; the main one is always there.
  static func all(_ written: Written?) throws(Failure) -> [EvaluationPlan] {
    var plans: [EvaluationPlan] = []
    if let written {
      var reader = try MappingReader(
        written, path: "evaluations", expected: "evaluations by their names")
      for entry in reader.takeRest() {
        try entry.origin.checkName(entry.key, "evaluations.\(entry.key)")
        plans.append(try EvaluationPlan(entry.value, name: entry.key, origin: entry.origin))
      }
    }
    let ofTest = plans.first { $0.name == main } ?? EvaluationPlan(name: main, schedule: .atEnd)
    return [ofTest] + plans.filter { $0.name != main }.sorted { $0.name < $1.name }
  }

  private init(_ written: Written, name: String, origin: ValueOrigin) throws(Failure) {
    self.init(name: name, schedule: .atEnd, origin: origin)
    let path = "evaluations.\(name)"
    var reader = try MappingReader(
      written, path: path, expected: "an evaluation, such as {every: 100}")
    schedule = try StepSchedule.read(&reader) ?? .atEnd
    prompts = try reader.wholeNumber("prompts", 2...1_000_000_000_000)
    if let (text, origin) = try reader.text("prompts-of") {
      guard let set = PromptSet(rawValue: text) else {
        throw Failure(
          .configuration, key: origin.key("\(path).prompts-of"),
          "expected one of: fresh, training; found '\(text)'.")
      }
      promptSet = set
    }
    if let task = reader.take("task") {
      (self.task, taskSettings) = try ComponentChoice.read(task, path: "\(path).task")
    }
    metrics = try reader.take("metrics").map { (list) throws(Failure) in
      try MetricChoice.list(list, path: "\(path).metrics")
    }
    try reader.finish()
  }
}
