import ICLPlugins

/// The components of a run as they are from one change of options to the next, and their graph.
struct Stage {
  let run: ResolvedRun
  let composition: Composition
  /// Of the scheduled options, by their path.
  fileprivate let values: [String: String]

  /// Whether prompts, predictions or loss may be others than in another stage.
  func hasOtherGraph(than other: Stage) -> Bool {
    run.model !== other.run.model || run.task !== other.run.task
  }
}

extension RunPlan {
  /// - Parameter earlier: whose components are taken over where nothing has changed.
  func stage(at step: Int, after earlier: Stage? = nil) throws(Failure) -> Stage {
    let schedules = experiment.schedules
    let values = Dictionary(uniqueKeysWithValues: schedules.map { ($0.path, $0.text(at: step)) })
    if schedules.isEmpty, earlier == nil {
      return Stage(run: run, composition: try run.compose(), values: [:])
    }
    func changed(_ owner: OptionOwner) -> [String: String]? {
      let own = schedules.filter { $0.owner == owner }
      guard own.contains(where: { values[$0.path] != earlier?.values[$0.path] }) else { return nil }
      var settings = experiment.settings[owner]
      for schedule in own { settings[schedule.option] = values[schedule.path] }
      return settings
    }
    let before = earlier?.run ?? run
    do {
      let model = try changed(.model).map { try run.model.component.makeModel($0) }
      let task = try changed(.task).map { try run.task.component.makeTask($0) }
      let optimizer = try changed(.optimizer).flatMap {
        try run.optimizer?.component.makeOptimizer($0)
      }
      let now = ResolvedRun(
        before, model: model ?? before.model, task: task ?? before.task,
        optimizer: optimizer ?? before.optimizer)
      let isSame = model == nil && task == nil
      let composition = try isSame ? earlier?.composition ?? now.compose() : now.compose()
      return Stage(run: now, composition: composition, values: values)
    } catch {
      throw explaining(Failure(error), at: step)
    }
  }

  /// A failure of components with options as they are at a step.
  func explaining(_ failure: Failure, at step: Int) -> Failure {
    guard !experiment.schedules.isEmpty, failure.status != .stopped else { return failure }
    let values = experiment.schedules.map { "\($0.path)=\($0.text(at: step))" }
    var result = failure
    result.message = "at step \(step), with \(values.joined(separator: ", ")): " + failure.message
    if result.key.isEmpty { result.key = "schedules" }
    return result
  }

  /// What drives a run asks for as many losses as it likes, so nothing can be tied to steps.
  func checkDriving() throws(Failure) {
    guard let schedule = experiment.schedules.first else { return }
    throw Failure(
      .configuration, key: schedule.origin.key("schedules.\(schedule.path)"),
      "optimizer \(run.optimizer?.component.id ?? "") drives the run and has no steps at which "
        + "an option could change.", hint: "Choose an optimizer that takes steps.")
  }
}

extension Stage {
  /// The run and the graph of an evaluation.
  func evaluated(
    _ evaluation: RunPlan.NamedEvaluation, _ plan: RunPlan
  ) throws(Failure) -> (ResolvedRun, Composition) {
    let task: TaskInstance
    if let other = evaluation.task {
      task = try failing { try other.makeTask(evaluation.settings) }
    } else if evaluation.settings.isEmpty {
      let same = ResolvedRun(run, metrics: evaluation.metrics)
      return (same, composition)
    } else {
      var settings = plan.experiment.settings[.task]
      for schedule in plan.experiment.schedules where schedule.owner == .task {
        settings[schedule.option] = values[schedule.path]
      }
      settings.merge(evaluation.settings) { $1 }
      let all = settings
      task = try failing { try run.task.component.makeTask(all) }
    }
    let evaluated = ResolvedRun(run, task: task, metrics: evaluation.metrics)
    let composition = try Composition(task: task, model: run.model)
    let differences = ParameterDifferences(
      expected: self.composition.parameterShapes, found: composition.parameterShapes)
    guard differences.isEmpty else {
      throw Failure(
        .configuration, key: "evaluations.\(evaluation.name)",
        "the model has other parameters on its task: \(differences.text).",
        hint: "Give it a task on which the model's parameters have the same names and shapes.")
    }
    return (evaluated, composition)
  }
}

extension Composition {
  var parameterShapes: [(name: String, shape: [Int])] {
    graph.parameters.map { ($0.name, graph.shape(of: $0.node).extents) }
  }
}
