import ArgumentParser
import ICLTraining

struct RecordOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Record the run in this folder.", valueName: "dir"))
  var out: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Record the run in this folder, under the name task-model-hash (default for experiments: \
      \(RunDestination.defaultFolder)).",
      valueName: "folder"))
  var runs: String?
  @Flag(
    name: .long,
    help: "Go on with the recorded run from its latest good checkpoint; start it if there is none.")
  var resume = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Start from the parameters in a safetensors file, such as a checkpoint.",
      valueName: "file"))
  var parameters: String?

  /// nil where nothing is to be written.
  ///
  /// - Parameter isExperiment: experiments are recorded by default.
  func destination(isExperiment: Bool) throws -> RunDestination? {
    if out != nil, runs != nil {
      throw ValidationError("--out and --runs both say where the run is recorded; give one.")
    }
    guard out != nil || runs != nil || resume || isExperiment else { return nil }
    return RunDestination(folder: out, runs: runs, resumes: resume)
  }
}
