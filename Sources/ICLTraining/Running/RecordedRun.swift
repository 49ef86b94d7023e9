import ICLEngine
import ICLPlugins
import ICLRecords

/// A run whose doings stand in a run directory, from which a later session can go on.
///
/// Whoever has this object holds the directory.
public final class RecordedRun {
  /// How far a session came.
  public enum Outcome: Sendable {
    case finished(RunReport)
    /// A later session can go on.
    case stopped(step: Int, steps: Int)
    /// An earlier session has done everything.
    case wasFinished(steps: Int)
  }

  public let run: ResolvedRun
  public let directory: RunDirectory
  /// What was stepped over, or is otherwise than it was, in words.
  public internal(set) var warnings: [String] = []
  let hold: RunHold
  let manifest: RunManifest
  /// nil where an earlier session has done everything.
  let course: Course?
  /// The steps of a run that was finished.
  let finishedSteps: Int
  let measured: MeasuredLines
  /// The step that this start goes on with; nil where the run begins.
  let resumedStep: Int?
  let isImported: Bool
  /// The folder whose index has the run; nil where nobody keeps one.
  let indexedFolder: String?

  /// Finds out what is in the directory, refuses what would harm it, and takes hold of it.
  ///
  /// - Parameter parameters: a safetensors file to start from.
  public init(
    _ experiment: Experiment, in catalog: PluginCatalog, at destination: RunDestination,
    parameters: String? = nil, commandLine: [String] = []
  ) throws(Failure) {
    let initial = try parameters.map(InitialParameters.init)
    let given = try ResolvedRun(experiment, in: catalog)
    var site = try RunSite(given, initial, destination, commandLine)
    run = try site.asBegun(given, in: catalog)
    manifest = site.manifest
    indexedFolder = destination.indexedFolder
    isImported = site.initialDigest != nil
    if let (directory, hold, status) = site.existing, status.state == .finished {
      (self.directory, self.hold) = (directory, hold)
      (course, finishedSteps, resumedStep) = (nil, status.step, nil)
      measured = MeasuredLines(directory)
      return
    }
    finishedSteps = 0
    // Nothing is created before everything is prepared that might fail.
    let course = try Course(run)
    self.course = course
    (directory, hold) = try site.open()
    let resumption = try Resumption(directory, course, experiment: manifest.experiment)
    warnings = site.warnings + resumption.warnings
    measured = resumption.measured
    resumedStep = resumption.checkpoint?.step
    if let initial { try course.begin(with: initial.tensors, from: initial.path) }
    if let checkpoint = resumption.checkpoint {
      if isImported, initial == nil { try course.beginAsRecorded(in: directory) }
      try course.adopt(checkpoint, from: resumption.path)
    } else if isImported, initial == nil {
      throw Failure(
        .missingInput, key: directory.path,
        "no checkpoint of the run is whole, and it started from parameters that were given.",
        hint: "Give them again with --parameters.")
    }
  }
}

extension Course {
  /// Starts from given parameters instead of those that the model draws.
  fileprivate func begin(with tensors: [TensorFile.Tensor], from path: String) throws(Failure) {
    guard let trainer else { return try evaluateOnly(tensors, from: path) }
    try trainer.parameters.adopt(tensors, from: path)
    start = try trainer.parameters.with(tensors, from: path)
  }

  /// What the run started from is its first checkpoint.
  fileprivate func beginAsRecorded(in directory: RunDirectory) throws(Failure) {
    guard let trainer else { return }
    let found = try failing { try directory.checkpoints().first }
    guard let found, found.step == 0, let checkpoint = try? found.read() else {
      throw Failure(
        .missingInput, key: directory.path,
        "the parameters that the run started from are not there any more.",
        hint: "Give them again with --parameters.")
    }
    start = try trainer.parameters.with(checkpoint.parameters, from: found.path)
  }

  /// Goes on from a checkpoint.
  fileprivate func adopt(_ checkpoint: Checkpoint, from path: String) throws(Failure) {
    guard let trainer else { return }
    try trainer.parameters.adopt(checkpoint.parameters, from: path)
    try trainer.state.adopt(checkpoint.state, for: trainer.parameters, from: path)
    try skip(to: checkpoint.step)
  }
}
