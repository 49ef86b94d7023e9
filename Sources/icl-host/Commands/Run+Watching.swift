import ArgumentParser
import Glibc
import ICLTraining

extension Run {
  /// Runs, waits for a plugin to change, and runs again, until somebody ends it.
  func watch(_ experiment: Experiment) throws {
    guard !output.json, !dryRun, !profile.isWanted, !recording.isUsed else {
      throw ValidationError(
        "--watch runs again and again, and records nothing; it goes with none of --json, "
          + "--dry-run, --profile, --trace, --out, --runs, --resume and --parameters.")
    }
    StopSignals.install()
    let watched = try WatchedRun(experiment, in: plugins.catalog(copiesAll: true))
    while true {
      let isPaused = try runOnce(watched)
      if StopSignals.areFinal || !waitForChange(of: watched) {
        guard isPaused else { return }
        throw ExitCode(Failure.Status.stopped.rawValue)
      }
    }
  }

  /// Whether it was paused.
  private func runOnce(_ watched: WatchedRun) throws -> Bool {
    let progress = ProgressLine()
    let outcome: WatchedRun.Outcome
    do {
      outcome = try progress.whileShown {
        try watched.execute(observe: progress.show, shouldStop: { StopSignals.areRaised })
      }
    } catch let failure as Failure {
      // Whoever watches is about to mend it.
      Terminal.printError(failure)
      return false
    }
    StopSignals.lower()
    switch outcome {
    case .finished(let report):
      Terminal.print(ReportText.text(watched.run, report))
      return false
    case .paused(let step, let steps):
      Terminal.printNote(
        "paused after \(NumberText.count(step)) of \(NumberText.count(steps)) steps")
      return true
    }
  }

  /// Until something was loaded that is new; false if somebody ends it.
  private func waitForChange(of watched: WatchedRun) -> Bool {
    let count = watched.paths.count
    Terminal.printNote(
      "waiting for one of \(count) plugin\(count == 1 ? "" : "s") to be built anew; Ctrl-C ends")
    while !StopSignals.areRaised {
      usleep(200_000)
      guard watched.haveFilesChanged() else { continue }
      do {
        guard let change = try watched.reload() else { continue }
        for line in WatchText.lines(change) { Terminal.printNote(line) }
        return true
      } catch {
        Terminal.printError(Failure(error))
        Terminal.printNote("waiting for the next build")
      }
    }
    return false
  }
}
