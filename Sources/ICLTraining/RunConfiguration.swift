/// What to run, as the user named it: an experiment without a file.
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
