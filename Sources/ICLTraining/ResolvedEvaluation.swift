import ICLPlugins

/// A named evaluation with its task and metrics, made with their options.
public struct ResolvedEvaluation {
  public let plan: EvaluationPlan
  public let prompts: Int
  public let task: TaskInstance
  public let metrics: [NamedMetric]
  /// Every option of its task, with its value and where that comes from.
  public let values: [ResolvedOption]

  public var name: String { plan.name }
  public var schedule: StepSchedule { plan.schedule }

  /// - Parameter task: the run's.
  init(
    _ plan: EvaluationPlan, _ experiment: Experiment, task: TaskInstance,
    schedules: [OptionSchedule], options: RunOptions, metrics: MetricSelection,
    in catalog: PluginCatalog
  ) throws(Failure) {
    self.plan = plan
    prompts = try plan.prompts(options)
    let path = "evaluations.\(plan.name).task"
    let component = try plan.task?.find(.task, path, in: catalog) ?? task.component
    // The distribution that training ends with, unless it is said otherwise.
    let last = schedules.settings(.task, at: max(options.steps - 1, 0))
    let inherited =
      component === task.component ? experiment.settings.all(of: .task).merging(last) : [:]
    let source = OptionSource(path, inherited.merging(plan.taskSettings))
    values = try ResolvedOption.all(.task, component.options, source)
    let isTheRuns =
      component === task.component && last.isEmpty && plan.taskSettings.isEmpty
    let made =
      isTheRuns ? task : try source.locating { try component.makeTask($0) }
    self.task = made
    self.metrics = try metrics.instances(for: plan, task: made)
  }
}

extension EvaluationPlan {
  /// How many prompts are evaluated.
  ///
  /// Errors: the set that is trained on, where there is none or where it cannot be drawn again.
  fileprivate func prompts(_ options: RunOptions) throws(Failure) -> Int {
    guard promptSet == .training else { return prompts ?? options.evaluationPrompts }
    let key = origin.key("evaluations.\(name).prompts-of")
    guard name != Self.main else {
      throw Failure(
        .configuration, key: key, "the evaluation '\(name)' is always of fresh prompts.",
        hint: "Give another evaluation prompts-of: training.")
    }
    guard options.prompts > 0 else {
      throw Failure(
        .configuration, key: key, "every step draws new prompts, so there is no set of them.",
        hint: "Set run.prompts to the size of a fixed set.")
    }
    // Evaluations compute in Double, whose random numbers are not those of single precision.
    guard options.precision == .double else {
      throw Failure(
        .configuration, key: key,
        "prompts that were drawn in single precision cannot be drawn again in double, in which "
          + "evaluations compute.", hint: "Set run.precision to double.")
    }
    let count = prompts ?? options.prompts
    guard count <= options.prompts else {
      throw Failure(
        .configuration, key: key, "\(count) prompts of a set of \(options.prompts).",
        hint: "Leave 'prompts' out for the whole set.")
    }
    return count
  }
}

/// A metric and the name it reports under.
public struct NamedMetric {
  public let name: String
  public let instance: MetricInstance
  public let choice: ComponentChoice
  /// Every option of it, with its value and where that comes from.
  public let values: [ResolvedOption]
}

/// The metrics that evaluations ask for, found and checked.
struct MetricSelection {
  struct Item {
    let name: String
    let component: Component
    let source: OptionSource
    let choice: ComponentChoice
  }

  let main: [Item]
  private var own: [String: [Item]] = [:]
  private let isDefault: Bool

  init(_ experiment: Experiment, in catalog: PluginCatalog) throws(Failure) {
    let settings = experiment.settings
    func items(_ choices: [MetricChoice], _ path: String) throws(Failure) -> [Item] {
      var items: [Item] = []
      for (index, choice) in choices.enumerated() {
        let place = "\(path)[\(index)]"
        let component = try choice.component.find(.metric, place, in: catalog)
        let name = choice.name ?? component.id
        guard !items.contains(where: { $0.name == name }) else {
          throw Failure(
            .configuration, key: choice.component.origin.key(place),
            "there are two metrics called '\(name)'.",
            hint: "Give one a name: {component: \(choice.component.name), name: ...}.")
        }
        items.append(
          Item(
            name: name, component: component,
            source: OptionSource(
              "metric.\(name)", choice.settings.merging(settings.all(of: .metric(name)))),
            choice: choice.component))
      }
      return items
    }
    let defaults = RunConfiguration.defaultMetrics.map {
      MetricChoice(ComponentChoice($0, origin: .default))
    }
    isDefault = experiment.metrics == nil
    main = try items(experiment.metrics ?? defaults, "metrics")
    for plan in experiment.evaluations {
      guard let choices = plan.metrics else { continue }
      own[plan.name] = try items(choices, "evaluations.\(plan.name).metrics")
    }
    let known = Set((main + own.values.joined()).map(\.name)).sorted()
    if let stranger = settings.metrics.first(where: { !known.contains($0) }) {
      throw Failure(
        .configuration, key: "metric.\(stranger)", "the run has no such metric.",
        hint: nearestName(to: stranger, among: known).map { "Did you mean 'metric.\($0)'?" }
          ?? "Add it with --metric \(stranger).")
    }
  }

  /// New instances of the metrics of an evaluation. Those that were not asked for by name are left
  /// out where the task has not what they need.
  func instances(
    for plan: EvaluationPlan, task: TaskInstance
  ) throws(Failure) -> [NamedMetric] {
    let items = own[plan.name] ?? main
    let mayLeaveOut =
      own[plan.name] == nil && (isDefault || plan.name != EvaluationPlan.main)
    var metrics: [NamedMetric] = []
    for item in items {
      let values = try ResolvedOption.all(
        .metric(item.name), item.component.options, item.source)
      let metric = try item.source.locating { try item.component.makeMetric($0) }
      if metric.needs.contains(.oracle) && !task.hasOracle {
        if mayLeaveOut { continue }
        throw Failure(
          .configuration, key: item.choice.origin.key("metric.\(item.name)"),
          "it needs the best possible prediction, and task \(task.component.id) does not know it.",
          hint: "Leave the metric out, or choose a task with an oracle.")
      }
      metrics.append(
        NamedMetric(
          name: item.name, instance: metric, choice: item.choice, values: values))
    }
    return metrics
  }
}
