/// What is run: components with their options, evaluations, schedules, and what is recorded.
///
/// It is what a file and the command line say, checked as far as it can be without the components;
/// `ResolvedRun` checks the rest.
public struct Experiment: Hashable, Sendable {
  public var name: String?
  /// The file it was read from; nil for one that was given on the command line.
  public var file: String?
  public var model: ComponentChoice
  public var task: ComponentChoice
  /// nil where nothing is trained.
  public var optimizer: ComponentChoice?
  /// nil for the default ones, as far as the task has what they need.
  public var metrics: [MetricChoice]?
  /// Options of the model, the task, the optimizer and the run; and of metrics, by their name.
  public var settings: Settings
  /// "test" first, then by name.
  public var evaluations: [EvaluationPlan]
  public var schedules: [OptionSchedule]
  public var record: RecordPlan

  public init(
    name: String? = nil, file: String? = nil, model: ComponentChoice, task: ComponentChoice,
    optimizer: ComponentChoice? = ComponentChoice(
      RunConfiguration.defaultOptimizer, origin: .default),
    metrics: [MetricChoice]? = nil, settings: Settings = Settings(),
    evaluations: [EvaluationPlan] = [EvaluationPlan(name: EvaluationPlan.main, schedule: .atEnd)],
    schedules: [OptionSchedule] = [], record: RecordPlan = RecordPlan()
  ) {
    self.name = name
    self.file = file
    self.model = model
    self.task = task
    self.optimizer = optimizer
    self.metrics = metrics
    self.settings = settings
    self.evaluations = evaluations
    self.schedules = schedules
    self.record = record
  }
}
