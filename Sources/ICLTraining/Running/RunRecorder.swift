import ICLRecords

/// Writes down what a run does, into its directory.
///
/// Lines of metrics.jsonl are written at once and not forced to the disk; neither are checkpoints
/// in between. A process that is killed loses nothing that was written; after a crash of the
/// machine, a damaged checkpoint is stepped over.
final class RunRecorder: CourseObserver {
  private let directory: RunDirectory
  private let plan: RecordPlan
  private let steps: Int
  private let recordsEveryLoss: Bool
  private let identity: String
  /// Whether the checkpoint before the first step stays.
  private let keepsStart: Bool
  private let metrics: AppendedFile
  private let events: EventWriter
  private var pace = CheckpointPace()
  /// The step of the newest checkpoint.
  private(set) var saved: Int?
  /// What all of this took.
  private(set) var time = Duration.zero

  /// - Parameters:
  ///   - saved: the checkpoint that this session goes on from.
  ///   - isFirst: no session was before.
  init(
    _ directory: RunDirectory, _ run: ResolvedRun, identity: String, saved: Int?,
    keepsStart: Bool, isFirst: Bool
  ) throws(Failure) {
    self.directory = directory
    plan = run.experiment.record
    steps = run.options.steps
    recordsEveryLoss = run.optimizer?.drives == true
    self.identity = identity
    self.saved = saved
    self.keepsStart = keepsStart
    (metrics, events) = try failing {
      (
        try directory.metricsFile(),
        try EventWriter(
          folder: directory.path, resumingAfter: isFirst ? nil : (saved ?? 0) - 1)
      )
    }
  }

  // MARK: Measurements

  /// Those of the first and the last step are always there.
  func wantsLoss(step: Int) -> Bool {
    recordsEveryLoss || step == 0 || step == steps - 1
      || plan.training.contains(step: step, of: steps)
  }

  func trained(step: Int, loss: Double, learningRateScale: Double) throws(Failure) {
    try append(
      MetricsRecord.training(step: step, loss: loss, learningRateScale: learningRateScale))
  }

  func evaluated(step: Int, name: String, _ evaluation: Evaluation) throws(Failure) {
    try append(MetricsRecord.evaluation(step: step, name: name, evaluation))
    try timed {
      try directory.log(
        "step \(step): loss \(evaluation.loss.mean) on \(evaluation.prompts) prompts of \(name)")
    }
  }

  private func append(_ record: JSON) throws(Failure) {
    try timed {
      try metrics.append(record.compact)
      try events.add(record)
    }
  }

  private func timed(_ body: () throws -> Void) throws(Failure) {
    let start = ContinuousClock.now
    try failing { try body() }
    time += ContinuousClock.now - start
  }

  // MARK: Checkpoints

  func wantsCheckpoint(step: Int) -> Bool {
    step != saved && (plan.checkpoints.contains(step: step, of: steps) || pace.isDue)
  }

  func reached(step: Int, _ trainer: Trainer) throws(Failure) {
    guard step != saved else { return }
    // What was asked for beside the schedule is the end, or a stop.
    let isAsked = step == steps || !wantsCheckpoint(step: step)
    try timed {
      let checkpoint = Checkpoint(
        step: step, experiment: identity, precision: trainer.parameters.precision.rawValue,
        parameters: trainer.parameters.fileTensors,
        state: trainer.state.tensors(for: trainer.parameters))
      try pace.measure {
        try directory.write(checkpoint, durably: isAsked)
        try directory.write(RunStatus(.running, step: step, steps: steps), durably: false)
      }
      try directory.log("step \(step): checkpoint")
      for file in try directory.checkpoints() where file.step < saved ?? 0 && !stays(file.step) {
        try directory.remove(file)
      }
    }
    saved = step
  }

  /// Checkpoints on schedule stay; of those in between, the last two do.
  private func stays(_ step: Int) -> Bool {
    plan.checkpoints.contains(step: step, of: steps) || keepsStart && step == 0
  }

  /// Forces to the disk what was written.
  func close() throws(Failure) { try timed { try metrics.synchronize() } }
}
