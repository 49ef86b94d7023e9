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
  /// - Parameter experiment: the identity that checkpoints must have.
  init(_ directory: RunDirectory, _ course: Course, experiment: String) throws(Failure) {
    measured = MeasuredLines(directory)
    // What a driving optimizer keeps is its own, so such a run begins again.
    guard let trainer = course.trainer, !trainer.optimizer.drives else { return }
    for file in try failing({ try directory.checkpoints() }).reversed() {
      let found: Checkpoint
      do throws(RecordError) {
        found = try file.read()
      } catch {
        // Files of a newer version are good; it is this program that is too old for them.
        if error.code == .newerVersion { throw Failure(error) }
        warnings.append("\(error.path): \(error.message); stepped over")
        continue
      }
      guard found.experiment == experiment else { throw Self.stranger(found, file, trainer) }
      let lines = measured.count(before: found.step)
      let expected = course.run.recordedLines(before: found.step)
      guard lines == expected else {
        warnings.append(
          "\(file.path): metrics.jsonl has \(lines) good lines before its step, expected "
            + "\(expected); stepped over")
        continue
      }
      (checkpoint, path) = (found, file.path)
      return
    }
  }

  private static func stranger(
    _ checkpoint: Checkpoint, _ file: CheckpointFile, _ trainer: Trainer
  ) -> Failure {
    let parameters = ParameterDifferences(
      expected: trainer.parameters.shapesByName, found: checkpoint.parameters.shapesByName)
    let state = ParameterDifferences(
      expected: trainer.state.tensors(for: trainer.parameters).shapesByName,
      found: checkpoint.state.shapesByName)
    let parts =
      (parameters.isEmpty ? [] : ["parameters: \(parameters.text)"])
      + (state.isEmpty ? [] : ["optimizer state: \(state.text)"])
    return Failure(
      .badData, key: file.path,
      "it is of another experiment (\(checkpoint.experiment.prefix(8)))"
        + (parts.isEmpty ? "" : ": " + parts.joined(separator: "; ")) + ".",
      hint: "Take it out of the folder; it does not belong there.")
  }
}
