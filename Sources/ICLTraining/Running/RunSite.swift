import ICLEngine
import ICLPlugins
import ICLRecords

/// The place where a run is to be recorded, and what is there already.
struct RunSite {
  let path: String
  private(set) var manifest: RunManifest
  /// Of the file that parameters start from; nil where the model draws them.
  let initialDigest: String?
  /// An earlier session's directory, held.
  private(set) var existing: (directory: RunDirectory, hold: RunHold, status: RunStatus)?
  private(set) var warnings: [String] = []
  private let recordedBackend: Backend.Name?

  /// Refuses a directory that is there unless it is to be gone on with, and one of another run.
  init(
    _ run: ResolvedRun, _ initial: InitialParameters?, _ destination: RunDestination,
    _ commandLine: [String]
  ) throws(Failure) {
    let experiment = try run.identity()
    func identity(_ initial: String?) -> String {
      initial.map { Digest.sha256(of: "\(experiment) \($0)") } ?? experiment
    }
    path = destination.path(of: run, identity: identity(initial?.digest))
    manifest = try RunManifest(
      run, identity: identity(initial?.digest), initial: initial, commandLine: commandLine)
    guard RunDirectory.isThere(path) else {
      (existing, recordedBackend, initialDigest) = (nil, nil, initial?.digest)
      return
    }
    let path = path
    let (directory, hold, status, recorded) = try failing {
      let directory = try RunDirectory(opening: path)
      let hold = try directory.hold()
      return (directory, hold, try directory.status(), try directory.manifest())
    }
    guard let recorded else {
      // A session that ended while it made the directory.
      (existing, recordedBackend) = ((directory, hold, status), nil)
      initialDigest = initial?.digest
      return
    }
    initialDigest = recorded.initialParameters ?? initial?.digest
    if initial == nil, let digest = recorded.initialParameters {
      manifest.experiment = identity(digest)
    }
    let isSame = recorded.experiment == manifest.experiment
    // What is finished is what a second start would come to.
    guard destination.resumes || isSame && status.state == .finished else {
      throw Failure(
        .cannotCreate, key: path, "a run is there already: \(status.sentence).",
        hint: isSame
          ? "Go on with it: --resume. Or name another folder with --out."
          : "It is of another experiment; name another folder with --out.")
    }
    guard isSame else {
      let differences = manifest.differences(from: recorded)
      throw Failure(
        .badData, key: path,
        "the run there is another one: "
          + (differences.isEmpty ? "its experiment differs" : differences.joined(separator: "; "))
          + ".", hint: "Name another folder with --out, or run what it was.")
    }
    existing = (directory, hold, status)
    recordedBackend = Backend.Name(rawValue: recorded.backend)
  }

  /// The run with what an earlier session began with and a later one keeps: what is recorded when,
  /// and the kernels, since bits agree only within one build of them.
  mutating func asBegun(
    _ run: ResolvedRun, in catalog: PluginCatalog
  ) throws(Failure) -> ResolvedRun {
    guard let (directory, _, _) = existing else { return run }
    var experiment = run.experiment
    // A file that cannot be read leaves the plan as it is given now.
    if let begun = try? Experiment(file: directory.path(to: "experiment.yaml")),
      begun.record != experiment.record
    {
      experiment.record = begun.record
      warnings.append("what is recorded, and when, stays as the run began")
    }
    if let recordedBackend, recordedBackend != run.backend {
      if experiment.settings[.run]["backend"] == nil, recordedBackend.runsHere {
        experiment.settings.set(.run, "backend", recordedBackend.rawValue)
      } else {
        warnings.append(
          "the run began with the kernels '\(recordedBackend.rawValue)' and goes on with "
            + "'\(run.backend.rawValue)': numbers agree up to rounding, not bit for bit")
      }
    }
    return experiment == run.experiment ? run : try ResolvedRun(experiment, in: catalog)
  }

  /// The directory, made if it is not there, and held.
  func open() throws(Failure) -> (RunDirectory, RunHold) {
    if let existing { return (existing.directory, existing.hold) }
    return try failing {
      let directory = try RunDirectory(creating: path)
      let hold = try directory.hold()
      guard try directory.manifest() == nil else {
        throw Failure(
          .cannotCreate, key: path, "another process has just begun a run there.",
          hint: "Name another folder with --out.")
      }
      return (directory, hold)
    }
  }
}

extension RunStatus {
  /// "stopped after 400 of 1000 steps"
  var sentence: String {
    switch state {
    case .finished: "finished after \(step) steps"
    case .running: "broken off, with at least \(step) of \(steps) steps saved"
    case .stopped: "stopped after \(step) of \(steps) steps"
    case .failed: "failed after \(step) of \(steps) steps"
    }
  }
}

extension RunManifest {
  /// The digest of the file that parameters started from; nil where the model drew them.
  var initialParameters: String? {
    options.first { $0.owner == "run" && $0.name == "parameters" }?.value.string
  }
}
