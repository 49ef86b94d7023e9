import ICLEngine
import ICLPlugins
import ICLRecords

/// A run whose doings stand in a run directory, from which a later session can go on.
///
/// The session that has this object holds the directory.
public final class RecordedRun {
  /// How far a session came.
  public enum Outcome: Sendable {
    case finished(RunReport)
    /// A later session can go on.
    case stopped(step: Int, steps: Int)
    /// An earlier session has done everything.
    case wasFinished(steps: Int)
  }

  public let directory: RunDirectory
  public let run: ResolvedRun
  /// What was stepped over, or is otherwise than it was, in words.
  public internal(set) var warnings: [String] = []
  let experiment: Experiment
  let manifest: RunManifest
  let hold: RunHold
  /// nil where an earlier session has done everything.
  let course: Course?
  /// Steps that the finished run took.
  let finishedSteps: Int
  let resumption: Resumption?
  /// What parameters start from; nil where the model draws them.
  let initial: TensorFile?

  /// Finds out what is in the directory, refuses what would harm it, and otherwise holds it.
  ///
  /// - Parameter parameters: a safetensors file to start from.
  public init(
    _ given: Experiment, in catalog: PluginCatalog, at destination: RunDestination,
    parameters: String? = nil, commandLine: [String] = []
  ) throws(Failure) {
    var run = try ResolvedRun(given, in: catalog)
    var experiment = given
    let initial = try parameters.map { (path) throws(Failure) in try InitialParameters(path) }
    var site = try RunSite(destination, run, initial: initial?.digest)
    if let backend = site.recordedBackend, backend != run.backend {
      if experiment.settings[.run]["backend"] == nil, backend.runsHere {
        experiment.settings.set(.run, "backend", backend.rawValue)
        run = try ResolvedRun(experiment, in: catalog)
      } else {
        warnings.append(
          "the run began with the kernels \(backend.rawValue) and goes on with "
            + "\(run.backend.rawValue): numbers agree up to rounding, not bit for bit.")
      }
    }
    fatalError("\(site) \(experiment)")
  }
}
