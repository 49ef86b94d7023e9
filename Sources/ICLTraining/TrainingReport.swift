/// Where training is, for whoever shows it.
public struct TrainingProgress: Sendable {
  /// Steps done.
  public var step: Int
  /// 0 where an optimizer drives the run and nobody knows how many there will be.
  public var steps: Int
  /// The batch's loss before this step moved the parameters.
  public var loss: Double
}

/// How training went.
public struct TrainingReport: Hashable, Sendable {
  /// Steps taken, or evaluations of the loss where an optimizer drove the run.
  public var steps: Int
  /// Of these, the steps that an earlier session took.
  public var earlierSteps = 0
  public var batch: Int
  public var parameters: Int
  /// The last batch's.
  public var finalLoss: Double
  /// Of the steps since the run was started or gone on with.
  public var seconds: Double

  public var stepsPerSecond: Double {
    seconds > 0 ? Double(steps - earlierSteps) / seconds : 0
  }
}
