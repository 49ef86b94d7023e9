import ArgumentParser
import ICLTraining

struct RecordOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Record the run in this folder.", valueName: "dir"))
  var out: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Record the run below this folder, as task-model-hash (default for experiments: "
        + "\(RunDestination.defaultFolder)).", valueName: "folder"))
  var runs: String?
  @Flag(
    name: .long,
    help: "Go on from the newest good checkpoint of a recorded run; start it if it is not there.")
  var resume = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Start from the parameters in a safetensors file, such as a checkpoint.",
      valueName: "file"))
  var parameters: String?

  var isUsed: Bool { out != nil || runs != nil || resume || parameters != nil }

  /// nil where nothing is to be written.
  ///
  /// - Parameter experiment: a file, whose runs are recorded by default, or a run directory.
  func destination(of experiment: String?) throws -> RunDestination? {
    if out != nil, runs != nil {
      throw ValidationError("--out and --runs both say where the run is recorded; give one.")
    }
    guard out != nil || runs != nil || resume || experiment != nil else {
      if parameters != nil {
        throw ValidationError("--parameters needs --out or --runs: where the run is recorded.")
      }
      return nil
    }
    let folder = out ?? (runs == nil ? experiment.flatMap(Self.runDirectory) : nil)
    return RunDestination(folder: folder, runs: runs, resumes: resume)
  }

  /// A run directory is run again as the experiment in it.
  static func file(of experiment: String?) -> String? {
    experiment.map { runDirectory($0).map { "\($0)/experiment.yaml" } ?? $0 }
  }

  private static func runDirectory(_ path: String) -> String? {
    RunDestination.isRun(path) ? path : nil
  }
}
