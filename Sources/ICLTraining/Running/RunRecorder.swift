import ICLRecords

/// Writes down what a run does, into its directory.
///
/// Lines of metrics.jsonl are written at once and not forced to the disk; a checkpoint is, now and
/// then. A process that is killed loses nothing that was written, and after a crash of the machine
/// a damaged checkpoint is stepped over.
final class RunRecorder: CourseObserver {
  let directory: RunDirectory
  private let plan: RecordPlan
  private let steps: Int
  private let identity: String
  private let metrics: AppendedFile
  private let events: EventWriter
  private var pace = CheckpointPace()
  /// The step of the newest checkpoint.
  private(set) var saved: Int?

  /// - Parameter saved: the checkpoint that this session goes on from.
  init(
    _ directory: RunDirectory, _ plan: RecordPlan, steps: Int, identity: String, saved: Int?
  ) throws(Failure) {
    self.directory = directory
    self.plan = plan
    self.steps = steps
    self.identity = identity
    self.saved = saved
    (metrics, events) = try failing {
      (try directory.metricsFile(), try directory.eventWriter())
    }
  }

  // MARK: Measurements

  /// The first and the last step are always there.
  func wantsLoss(step: Int) -> Bool { Self.wantsLoss(step: step, plan, of: steps) }

  static func wantsLoss(step: Int, _ plan: RecordPlan, of steps: Int) -> Bool {
    plan.training.contains(step: step, of: steps) || step == steps - 1
  }

  func trained(step: Int, loss: Double, learningRateScale: Double) throws(Failure) {
    try append(
      MetricsRecord.training(step: step, loss: loss, learningRateScale: learningRateScale))
    try failing { try events.append(scalars: [("training/loss", loss)], step: step) }
  }

  func evaluated(step: Int, name: String, _ evaluation: Evaluation) throws(Failure) {
    try append(MetricsRecord.evaluation(step: step, name: name, evaluation))
    let scalars = MetricsRecord.scalars(evaluation).map { ("\(name)/\($0.name)", $0.value) }
    try failing {
      try events.append(scalars: scalars, step: step)
      try directory.log(
        "step \(step): \(name) loss \(evaluation.loss.mean) on \(evaluation.prompts) prompts")
    }
  }

  private func append(_ record: JSON) throws(Failure) {
    try failing { try metrics.append(record.compact) }
  }

  // MARK: Checkpoints

  func wantsCheckpoint(step: Int) -> Bool {
    step != saved && (plan.checkpoints.contains(step: step, of: steps) || pace.isDue)
  }

  func reached(step: Int, _ trainer: Trainer) throws(Failure) {
    guard step != saved else { return }
    let checkpoint = Checkpoint(
      step: step, experiment: identity, precision: trainer.parameters.precision.rawValue,
      parameters: trainer.parameters.tensors,
      state: trainer.state.tensors(for: trainer.parameters))
    try failing {
      try pace.measure { try directory.write(checkpoint) }
      try directory.write(RunStatus(.running, step: step, steps: steps))
      try directory.log("step \(step): checkpoint")
      try directory.removeCheckpoints { $0.step < (saved ?? 0) && !isKept($0.step) }
    }
    saved = step
  }

  /// Checkpoints on schedule stay; of those in between, the last two do.
  private func isKept(_ step: Int) -> Bool { plan.checkpoints.contains(step: step, of: steps) }
}
