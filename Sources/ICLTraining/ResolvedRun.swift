import ICLEngine
import ICLPlugins

/// The components of a run, made with their options.
public struct ResolvedRun {
  public let experiment: Experiment
  public let options: RunOptions
  public let model: ModelInstance
  /// As in the first step, where options of it are scheduled.
  public let task: TaskInstance
  /// nil where nothing is trained.
  public let optimizer: OptimizerInstance?
  /// The main one first.
  public let evaluations: [ResolvedEvaluation]
  public let schedules: [OptionSchedule]
  /// The build of the kernels that the run uses.
  public let backend: Backend.Name
  /// Every option of the run, with its value and where that comes from.
  public let values: [ResolvedOption]

  /// Finds the components and checks all options before it makes anything.
  public init(_ experiment: Experiment, in catalog: PluginCatalog) throws(Failure) {
    self.experiment = experiment
    let settings = experiment.settings
    let runSource = OptionSource("run", settings.all(of: .run))
    options = try runSource.locating { try RunOptions(settings[.run]) }
    let options = options
    let modelComponent = try experiment.model.find(.model, "model", in: catalog)
    let taskComponent = try experiment.task.find(.task, "task", in: catalog)
    let optimizerComponent = try experiment.optimizer.map { (choice) throws(Failure) in
      try choice.find(.optimizer, "optimizer", in: catalog)
    }
    var tables: [OptionOwner: [OptionDeclaration]] = [
      .model: modelComponent.options, .task: taskComponent.options,
    ]
    if let optimizerComponent { tables[.optimizer] = optimizerComponent.options }
    schedules = try experiment.schedules.map { (schedule) throws(Failure) in
      try schedule.checked(against: tables[schedule.owner] ?? [], settings: settings)
    }
    let schedules = schedules
    func source(_ owner: OptionOwner) -> OptionSource {
      OptionSource("\(owner)", settings.all(of: owner).merging(schedules.settings(owner, at: 0)))
    }
    let metrics = try MetricSelection(experiment, in: catalog)

    var values = try ResolvedOption.all(.model, modelComponent.options, source(.model))
    values += try ResolvedOption.all(.task, taskComponent.options, source(.task))
    if let optimizerComponent {
      values += try ResolvedOption.all(.optimizer, optimizerComponent.options, source(.optimizer))
    }
    for metric in metrics.main {
      values += try ResolvedOption.all(
        .metric(metric.name), metric.component.options, metric.source)
    }
    self.values = try values + ResolvedOption.all(.run, RunOptions.table, runSource)

    backend = try Self.backend(options.backend)
    HostServices.shared.setThreads(options.threads)
    model = try source(.model).locating { try modelComponent.makeModel($0) }
    task = try source(.task).locating { try taskComponent.makeTask($0) }
    optimizer = try source(.optimizer).locating { try optimizerComponent?.makeOptimizer($0) }
    let task = task
    evaluations = try experiment.evaluations.map { (plan) throws(Failure) in
      try ResolvedEvaluation(
        plan, experiment, task: task, schedules: schedules, options: options, metrics: metrics,
        in: catalog)
    }
    try checkParameters()
  }

  public init(_ configuration: RunConfiguration, in catalog: PluginCatalog) throws(Failure) {
    try self.init(Experiment(configuration), in: catalog)
  }

  /// Of the main evaluation.
  public var metrics: [MetricInstance] { evaluations[0].metrics.map(\.instance) }
}

extension ResolvedRun {
  /// Loads the kernels, so that a run that cannot have them ends before it starts.
  private static func backend(_ wanted: Backend.Name?) throws(Failure) -> Backend.Name {
    if let wanted, !wanted.runsHere {
      let others = Backend.Name.allCases.filter(\.runsHere).map(\.rawValue)
      throw Failure(
        .configuration, key: "run.backend", "this processor cannot run '\(wanted.rawValue)'.",
        hint: "It runs: \(others.joined(separator: ", ")).")
    }
    do {
      return try Backend.load(wanted).name
    } catch {
      throw Failure(
        .missingInput, key: "run.backend", "\(error).",
        hint: "The kernels are libraries beside icl-host; build it again.")
    }
  }
}

extension ComponentChoice {
  func find(
    _ kind: ComponentKind, _ path: String, in catalog: PluginCatalog
  ) throws(Failure) -> Component {
    do {
      return try catalog.resolve(name, kind: kind)
    } catch {
      var failure = Failure(error)
      if case .file = origin {
        failure.message = (failure.key.isEmpty ? "" : "\(failure.key): ") + failure.message
        failure.key = origin.key(path)
      }
      throw failure
    }
  }
}
