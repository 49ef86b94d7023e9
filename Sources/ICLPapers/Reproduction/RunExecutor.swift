import ICLTraining

/// Whoever can do a planned run.
public protocol RunExecutor: Sendable {
  /// Does a run, goes on with one that was stopped, or finds it finished.
  ///
  /// - Parameters:
  ///   - folder: where run directories are.
  ///   - threads: nil for as many as the experiment says.
  ///   - observe: told how far the run is, from 0 to 1.
  func execute(
    _ run: PlannedRun, in folder: String, threads: Int?, observe: @escaping (Double) -> Void
  ) throws -> FinishedRun

  /// Makes something of finished runs; gives a source of series for each of them, in their order.
  func analyse(
    _ runs: [FinishedRun], _ analysis: Analysis, in folder: String, threads: Int,
    observe: @escaping @Sendable (Double) -> Void
  ) throws -> [any SeriesSource]
}

extension RunExecutor {
  public func analyse(
    _ runs: [FinishedRun], _ analysis: Analysis, in folder: String, threads: Int,
    observe: @escaping @Sendable (Double) -> Void
  ) throws -> [any SeriesSource] {
    throw Failure(.configuration, "these runs are not recorded, so they cannot be analysed.")
  }
}
