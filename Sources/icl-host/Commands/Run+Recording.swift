import ArgumentParser
import ICLTraining

extension Run {
  /// Does a run, or what is left of it, and records it. Interrupted, it ends with status 75.
  func record(_ experiment: Experiment, at destination: RunDestination) throws {
    StopSignals.install()
    let recorded = try RecordedRun(
      experiment, in: plugins.catalog, at: destination, parameters: recording.parameters,
      commandLine: CommandLine.arguments)
    for warning in recorded.warnings { Terminal.printNote("warning: \(warning)") }
    let path = recorded.directory.path
    let progress = ProgressLine()
    let outcome = try progress.whileShown {
      try recorded.execute(observe: progress.show, shouldStop: { StopSignals.areRaised })
    }
    switch outcome {
    case .finished(let report):
      var document = recorded.run.document(report)
      document.add("directory", .text(path))
      output.show(document) {
        ReportText.text(recorded.run, report) + "\nRecorded in \(path)"
      }
    case .wasFinished(let steps):
      output.show(["directory": .text(path), "state": "finished", "steps": .integer(steps)]) {
        "\(path): the run was finished after \(NumberText.count(steps)) steps; nothing to do."
      }
    case .stopped(let step, let steps):
      Terminal.printNote(
        "stopped after \(NumberText.count(step)) of \(NumberText.count(steps)) steps; go on with\n"
          + "  icl-host run \(path) --resume")
      throw ExitCode(Failure.Status.stopped.rawValue)
    }
  }
}
