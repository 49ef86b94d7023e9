/// A named evaluation: when, on how many prompts of which task, and what is measured.
public struct EvaluationPlan: Hashable, Sendable {
  /// The evaluation that every run has: of the task as it is trained on last.
  public static let main = "test"

  /// Which prompts an evaluation draws.
  public enum PromptSet: String, CaseIterable, Hashable, Sendable {
    /// Prompts that no step has seen.
    case fresh
    /// The first of the fixed set that steps walk through (run.prompts).
    case training
  }

  public var name: String
  public var schedule: StepSchedule
  /// nil: run.evaluation-prompts, or the whole set that is trained on.
  public var prompts: Int?
  public var promptSet: PromptSet
  /// nil: the run's.
  public var task: ComponentChoice?
  /// Options that differ from the run's task.
  public var taskSettings: [String: Setting]
  /// nil: the run's, as far as the task has what they need.
  public var metrics: [MetricChoice]?
  public var origin: ValueOrigin

  public init(
    name: String, schedule: StepSchedule = StepSchedule(.at([])), prompts: Int? = nil,
    promptSet: PromptSet = .fresh, task: ComponentChoice? = nil,
    taskSettings: [String: Setting] = [:],
    metrics: [MetricChoice]? = nil, origin: ValueOrigin = .default
  ) {
    self.name = name
    self.schedule = schedule
    self.prompts = prompts
    self.promptSet = promptSet
    self.task = task
    self.taskSettings = taskSettings
    self.metrics = metrics
    self.origin = origin
  }
}

/// A component by its name or path, as the user gave it.
public struct ComponentChoice: Hashable, Sendable {
  public var name: String
  public var origin: ValueOrigin

  public init(_ name: String, origin: ValueOrigin = .commandLine) {
    self.name = name
    self.origin = origin
  }
}

/// A metric and the name it reports under: a metric may be there twice with other options.
public struct MetricChoice: Hashable, Sendable {
  public var component: ComponentChoice
  /// nil: the component's own.
  public var name: String?
  public var settings: [String: Setting]

  public init(
    _ component: ComponentChoice, name: String? = nil, settings: [String: Setting] = [:]
  ) {
    self.component = component
    self.name = name
    self.settings = settings
  }
}
