import ICLRecords

/// Where a run directory can be gone on from.
struct Resumption {
  /// nil: from the start, since there is no good checkpoint.
  private(set) var checkpoint: Checkpoint?
  /// Of the checkpoint.
  private(set) var path = ""
  /// Checkpoints that were stepped over, and why, the newest first.
  private(set) var warnings: [String] = []
  let measured: MeasuredLines

  /// Takes the newest checkpoint that is whole and has all of its measurements before it.
  ///
  /// - Parameter expectedLines: how many lines metrics.jsonl must have before a step.
  init(_ directory: RunDirectory, expectedLines: (Int) -> Int) throws(Failure) {
    measured = MeasuredLines(directory)
    for file in try failing({ try directory.checkpoints() }).reversed() {
      do throws(RecordError) {
        let found = try file.read()
        guard measured.count(before: found.step) == expectedLines(found.step) else {
          warnings.append(
            "\(file.path): metrics.jsonl is not complete up to step \(file.step); "
              + "the checkpoint is stepped over.")
          continue
        }
        (checkpoint, path) = (found, file.path)
        return
      } catch {
        // Files of a newer version are good; it is this program that is too old for them.
        if error.code == .newerVersion { throw Failure(error) }
        warnings.append("\(error.path): \(error.message); the checkpoint is stepped over.")
      }
    }
  }
}
