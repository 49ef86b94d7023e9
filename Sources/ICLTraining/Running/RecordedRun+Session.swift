import ICLPlugins
import ICLRecords

extension RecordedRun {
  /// Does what is left of the run, and writes it down.
  ///
  /// A run that fails leaves its directory as far as it came.
  public func execute(
    observe: @escaping (RunEvent) -> Void = { _ in },
    shouldStop: @escaping () -> Bool = { false }
  ) throws(Failure) -> Outcome {
    guard let course else { return .wasFinished(steps: finishedSteps) }
    let (directory, steps) = (directory, run.options.steps)
    let recorder = try begin(course)
    do throws(Failure) {
      if isImported, resumedStep == nil, let trainer = course.trainer {
        try recorder.reached(step: 0, trainer)
      }
      var (training, evaluations) = try course.finish(
        Course.Hooks(observer: recorder, observe: observe, shouldStop: shouldStop))
      if training?.finalLoss.isNaN == true, let loss = measured.lastLoss {
        training?.finalLoss = loss
      }
      try close(recorder, .finished, step: course.step, of: course.trainer == nil ? 0 : steps)
      return .finished(
        RunReport(
          training: training, parameters: course.composition.parameterCount,
          evaluations: evaluations))
    } catch let reason {
      let error = reason.telling(seed: run.options.seed)
        .telling(saved: recorder.saved ?? resumedStep, of: directory.path)
      let isStop = error.status == .stopped
      do throws(Failure) {
        try failing { try directory.log("step \(course.step): \(error)") }
        try close(
          recorder, isStop ? .stopped : .failed, step: recorder.saved ?? 0, of: steps)
      } catch let second {
        // The first error says more, unless it was only the wish to stop.
        throw isStop ? second : error
      }
      guard isStop else { throw error }
      return .stopped(step: recorder.saved ?? 0, steps: steps)
    }
  }

  /// Brings the directory to where this start of the run goes on.
  private func begin(_ course: Course) throws(Failure) -> RunRecorder {
    let (directory, manifest, measured) = (directory, manifest, measured)
    let text = run.canonicalText
    let (step, steps) = (resumedStep ?? 0, course.trainer == nil ? 0 : run.options.steps)
    let isFirst = try failing { try directory.manifest() == nil }
    let opening =
      resumedStep.map { "resumed from step \($0)" } ?? (isFirst ? "started" : "started again")
    try failing {
      if isFirst {
        try directory.write("experiment.yaml", text)
        try directory.write(manifest)
      }
      try directory.write("metrics.jsonl", measured.text(before: step))
      try directory.write(RunStatus(.running, step: step, steps: steps))
      try directory.log(
        "\(opening), process \(RunStatus(.running, step: 0, steps: 0).process), "
          + "\(run.options.threads) threads, kernels \(run.backend.rawValue)")
      for warning in warnings { try directory.log("warning: \(warning)") }
    }
    return try RunRecorder(
      directory, run, identity: manifest.experiment, saved: resumedStep, keepsStart: isImported,
      isFirst: isFirst)
  }

  private func close(
    _ recorder: RunRecorder, _ state: RunStatus.State, step: Int, of steps: Int
  ) throws(Failure) {
    let directory = directory
    try recorder.close()
    try failing {
      if state == .finished { try directory.writeTable() }
      let spent = Int((recorder.time / .milliseconds(1)).rounded())
      try directory.log("\(state.rawValue) after step \(step); recording took \(spent) ms")
      try directory.write(RunStatus(state, step: step, steps: steps), durably: recorder.isLong)
    }
    updateIndex()
  }

  /// The index of the folder that the run is in; it is made again from the directories at any time,
  /// so that a run does not fail for it.
  private func updateIndex() {
    guard let folder = indexedFolder else { return }
    do {
      try RunIndex(folder: folder).update(directory)
    } catch {
      warnings.append("the index of runs was not brought up to date: \(error)")
    }
  }
}
