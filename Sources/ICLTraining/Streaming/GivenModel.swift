import ICLEngine

/// A run's model with the parameters that it predicts with.
public struct GivenModel {
  public let run: ResolvedRun
  /// nil where the model is as it starts.
  let parameters: ParameterStore?

  /// As the model starts.
  public init(_ run: ResolvedRun) {
    self.run = run
    parameters = nil
  }

  /// As it is at the checkpoint.
  public init(_ trained: TrainedRun) {
    run = trained.run
    parameters = trained.parameters
  }
}
