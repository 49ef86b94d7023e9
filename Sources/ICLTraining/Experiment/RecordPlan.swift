/// What a recorded run writes down while it trains, and when.
public struct RecordPlan: Hashable, Sendable {
  /// When the loss of the training batch is written.
  public var training: StepSchedule
  /// When parameters and optimizer state are saved.
  public var checkpoints: StepSchedule

  public init(
    training: StepSchedule = StepSchedule(.linear(1000), first: false),
    checkpoints: StepSchedule = StepSchedule(.linear(10), first: false)
  ) {
    self.training = training
    self.checkpoints = checkpoints
  }
}
