import ICLGraph
import ICLPlugins

/// The components that training uses at a step.
public struct RunComponents {
  public var task: TaskInstance
  public var model: ModelInstance
  public var optimizer: OptimizerInstance?
}

extension ResolvedRun {
  /// The components with their options as they are scheduled for a step: new instances of those of
  /// which options are scheduled.
  ///
  /// Errors: the plugin refuses a value, or with it the prompts have other tensors.
  public func components(at step: Int) throws(Failure) -> RunComponents {
    var components = RunComponents(task: task, model: model, optimizer: optimizer)
    if let source = source(.task, at: step) {
      let changed = try source.locating { try task.component.makeTask($0) }
      guard changed.signature.tensors == task.signature.tensors else {
        throw shapeFailure(.task, at: step, "the prompts' tensors have other shapes then")
      }
      components.task = changed
    }
    if let source = source(.model, at: step) {
      components.model = try source.locating { try model.component.makeModel($0) }
    }
    if let optimizer, let source = source(.optimizer, at: step) {
      components.optimizer = try source.locating { try optimizer.component.makeOptimizer($0) }
      guard components.optimizer?.stateCount == optimizer.stateCount else {
        throw shapeFailure(.optimizer, at: step, "the optimizer keeps another state then")
      }
    }
    return components
  }

  /// Whether components(at:) differs from that of the step before.
  public func changes(at step: Int) -> Bool { schedules.contains { $0.changes(at: step) } }

  /// The options of an owner at a step; nil if none is scheduled.
  private func source(_ owner: OptionOwner, at step: Int) -> OptionSource? {
    let scheduled = schedules.settings(owner, at: step)
    guard !scheduled.isEmpty else { return nil }
    return OptionSource("\(owner)", experiment.settings.all(of: owner).merging(scheduled))
  }

  private func shapeFailure(_ owner: OptionOwner, at step: Int, _ what: String) -> Failure {
    let schedule = schedules.last { schedule in
      schedule.owner == owner && schedule.text(at: step) != schedule.text(at: 0)
    }
    return Failure(
      .configuration, key: schedule.map { $0.origin.key("schedules.\($0.path)") } ?? "\(owner)",
      "it cannot change at step \(step): \(what).",
      hint: "Only options that leave every shape as it is can follow a schedule.")
  }

  /// Checks that the trained parameters fit every evaluation's task, and every scheduled change.
  func checkParameters() throws(Failure) {
    let others = evaluations.filter { $0.task !== task }
    guard !schedules.isEmpty || !others.isEmpty else { return }
    let own = try Composition(task: task, model: model).parameterShapes
    for evaluation in others {
      let theirs: [String: Shape]
      do {
        theirs = try Composition(task: evaluation.task, model: model).parameterShapes
      } catch {
        throw Failure(
          error.status,
          key: evaluation.plan.origin.key("evaluations.\(evaluation.name).task"),
          "the model cannot be built for it: \(error)")
      }
      let differences = own.differences(from: theirs)
      guard differences.isEmpty else {
        throw Failure(
          .configuration, key: evaluation.plan.origin.key("evaluations.\(evaluation.name).task"),
          "the model's parameters do not fit this task: \(differences.joined(separator: ", ")).",
          hint: "Change only options of the task that leave the parameters as they are.")
      }
    }
    let steps = Set(schedules.flatMap { $0.points.map(\.step) }).filter { $0 < options.steps }
    for step in steps.sorted() where step > 0 {
      let components = try components(at: step)
      let theirs = try Composition(task: components.task, model: components.model).parameterShapes
      let differences = own.differences(from: theirs)
      guard differences.isEmpty else {
        throw shapeFailure(
          schedules.contains { $0.owner == .model } ? .model : .task, at: step,
          "parameters have other shapes then: \(differences.joined(separator: ", "))")
      }
    }
  }
}

extension Composition {
  /// By name.
  var parameterShapes: [String: Shape] {
    Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, graph.shape(of: $0.node)) })
  }
}

extension [String: Shape] {
  /// Where another set of parameters is not this one: "w [4, 4], not [8, 8]".
  func differences(from others: [String: Shape]) -> [String] {
    Set(keys).union(others.keys).sorted().compactMap { name in
      switch (self[name], others[name]) {
      case (let own?, let other?):
        own == other ? nil : "\(name) is \(other.extents), not \(own.extents)"
      case (nil, _): "\(name) is new"
      case (_, nil): "\(name) is not there"
      }
    }
  }
}
