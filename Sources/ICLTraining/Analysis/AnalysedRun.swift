import ICLEngine
import ICLPlugins
import ICLRecords

/// A finished run whose checkpoints are looked at, one after the other, in one model.
struct AnalysedRun {
  let directory: RunDirectory
  let checkpoints: [CheckpointFile]

  /// Errors: it is not finished, or has no checkpoint.
  init(_ directory: RunDirectory) throws(Failure) {
    self.directory = directory
    let status = try failing { try directory.presentStatus() }
    guard status.state == .finished else {
      throw Failure(
        .missingInput, key: directory.path,
        "the run is not finished: it is \(status.state.rawValue) at step \(status.step) of "
          + "\(status.steps).",
        hint: "Go on with it: icl-host run \(directory.path) --resume")
    }
    checkpoints = try failing { try directory.checkpoints() }
  }

  /// The experiment as it was recorded, with some options set otherwise.
  func experiment(_ overrides: Settings) throws(Failure) -> Experiment {
    try Experiment(file: directory.path(to: "experiment.yaml"), overrides: overrides)
  }

  func needsCheckpoints() throws(Failure) {
    guard checkpoints.isEmpty else { return }
    throw Failure(
      .missingInput, key: directory.path, "the run has no checkpoint.",
      hint: "Give its experiment record: {checkpoints: {linear: 50, logarithmic: 50}}.")
  }

  func lastCheckpoint() throws(Failure) -> CheckpointFile {
    try needsCheckpoints()
    return checkpoints.max { $0.step < $1.step } ?? checkpoints[0]
  }

  /// The checkpoint whose step is nearest.
  func checkpoint(near step: Double) throws(Failure) -> CheckpointFile {
    try needsCheckpoints()
    return checkpoints.min {
      (Double($0.step) - step).magnitude < (Double($1.step) - step).magnitude
    } ?? checkpoints[0]
  }
}

/// What the parts of an analysis have in common.
struct AnalysisWork {
  let analysis: Analysis
  let site: AnalysisSite
  let catalog: PluginCatalog
  let threads: Int
  /// Told how much is done, from 0 to 1, by any thread.
  let observe: @Sendable (Double) -> Void
  let shouldStop: @Sendable () -> Bool
}

extension AnalysisWork {
  /// Does some independent pieces of work on as many threads as there are, in the order of their
  /// numbers; the first error ends it.
  func inParallel(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws(Failure) {
    let progress = PiecesDone(count)
    let next = NextPiece(count)
    concurrently(min(threads, max(count, 1))) {
      while let piece = next.take() {
        if shouldStop() {
          next.end(Failure(.stopped, key: site.path, "stopped.", hint: "The same command goes on."))
          return
        }
        do { try body(piece) } catch { next.end(Failure(error)) }
        observe(progress.add())
      }
    }
    if let failure = next.failure { throw failure }
  }
}
