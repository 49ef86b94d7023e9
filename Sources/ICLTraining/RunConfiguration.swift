import ICLEngine
import ICLPlugins

/// What to run, as the user named it.
public struct RunConfiguration: Hashable, Sendable {
  /// Each a name that the catalog resolves, or a path.
  public var model: String
  public var task: String
  /// nil for the default ones, as far as the task has what they need.
  public var metrics: [String]?
  /// nil where nothing is trained.
  public var optimizer: String?
  public var settings: Settings

  public static let defaultMetrics = ["loss-by-context-length", "excess-over-oracle"]
  public static let defaultOptimizer = "adam"

  public init(
    model: String, task: String, metrics: [String]? = nil,
    optimizer: String? = defaultOptimizer, settings: Settings = Settings()
  ) {
    self.model = model
    self.task = task
    self.metrics = metrics
    self.optimizer = optimizer
    self.settings = settings
  }
}

/// The components of a run, made with their options.
public struct ResolvedRun {
  public let options: RunOptions
  public let model: ModelInstance
  public let task: TaskInstance
  public let metrics: [MetricInstance]
  /// nil where nothing is trained.
  public let optimizer: OptimizerInstance?
  /// The build of the kernels that the run uses.
  public let backend: Backend.Name
  /// Every option of the run, with its value and where that comes from.
  public let values: [ResolvedOption]

  /// Finds the components and checks all options before it makes anything.
  public init(_ configuration: RunConfiguration, in catalog: PluginCatalog) throws(Failure) {
    let settings = configuration.settings
    options = try RunOptions(settings[.run])
    let find = { (name: String, kind: ComponentKind) throws(Failure) in
      try failing { try catalog.resolve(name, kind: kind) }
    }
    let modelComponent = try find(configuration.model, .model)
    let taskComponent = try find(configuration.task, .task)
    let optimizerComponent = try configuration.optimizer.map { (name) throws(Failure) in
      try find(name, .optimizer)
    }
    var metricComponents: [Component] = []
    for name in configuration.metrics ?? RunConfiguration.defaultMetrics {
      metricComponents.append(try find(name, .metric))
    }

    let known = metricComponents.map(\.id)
    if let stranger = settings.metrics.first(where: { !known.contains($0) }) {
      throw Failure(
        .configuration, key: "metric.\(stranger)", "the run has no such metric.",
        hint: nearestName(to: stranger, among: known).map { "Did you mean 'metric.\($0)'?" }
          ?? "Add it with --metric \(stranger).")
    }
    let owned: [(OptionOwner, Component)] =
      [(.model, modelComponent), (.task, taskComponent)]
      + (optimizerComponent.map { [(.optimizer, $0)] } ?? [])
      + metricComponents.map { (.metric($0.id), $0) }
    var values: [ResolvedOption] = []
    for (owner, component) in owned {
      values += try ResolvedOption.all(
        owner: owner, table: component.options, settings: settings[owner])
    }
    self.values =
      try values
      + ResolvedOption.all(owner: .run, table: RunOptions.table, settings: settings[.run])

    backend = try Self.backend(options.backend)
    HostServices.setThreads(options.threads)
    model = try failing { try modelComponent.makeModel(settings[.model]) }
    task = try failing { try taskComponent.makeTask(settings[.task]) }
    optimizer = try failing { try optimizerComponent?.makeOptimizer(settings[.optimizer]) }
    let task = task
    metrics = try failing {
      try metricComponents.map { try $0.makeMetric(settings[.metric($0.id)]) }
        .filter { task.hasOracle || !$0.needs.contains(.oracle) || configuration.metrics != nil }
    }
    if !task.hasOracle, let metric = metrics.first(where: { $0.needs.contains(.oracle) }) {
      throw Failure(
        .configuration, key: "metric.\(metric.component.id)",
        "it needs the best possible prediction, and task \(taskComponent.id) does not know it.",
        hint: "Leave the metric out, or choose a task with an oracle.")
    }
  }
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

/// One option with its checked value.
public struct ResolvedOption: Hashable, Sendable {
  public enum Origin: String, Sendable {
    case `default`
    case commandLine = "command line"
  }

  public let owner: OptionOwner
  public let name: String
  public let value: OptionValue
  public let unit: String?
  public let origin: Origin

  static func all(
    owner: OptionOwner, table: [OptionDeclaration], settings: [String: String]
  ) throws(Failure) -> [ResolvedOption] {
    let values = try failing {
      try OptionParser.values(settings, for: table, owner: "\(owner)")
    }
    return zip(table, values).map { option, value in
      ResolvedOption(
        owner: owner, name: option.name, value: value, unit: option.unit,
        origin: settings[option.name] == nil ? .default : .commandLine)
    }
  }
}
