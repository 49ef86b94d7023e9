/// What a finished run recorded.
public protocol SeriesSource: Sendable {
  /// "training.loss", "test.loss", "<evaluation>.<metric>.<value>".
  ///
  /// Errors: no such series, with the nearest name.
  func series(_ name: String) throws -> StepSeries
  /// A parameter in each checkpoint.
  func parameter(_ name: String) throws -> StepSeries
}

/// One run of a group, and what it recorded.
public struct FinishedRun: Sendable {
  public var plan: PlannedRun
  public var source: any SeriesSource
  /// Of the optimizer; nil where nothing is trained.
  public var steps: Int?
  /// That it computed; nil where it was found finished.
  public var seconds: Double?
  /// Where it is recorded; nil for what is made up.
  public var directory: String?

  public init(
    plan: PlannedRun, source: any SeriesSource, steps: Int? = nil, directory: String? = nil,
    seconds: Double? = nil
  ) {
    self.plan = plan
    self.source = source
    self.steps = steps
    self.directory = directory
    self.seconds = seconds
  }
}
