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
  private var pace = CheckpointPace()
  /// The step of the newest checkpoint.
  private(set) var saved: Int?

  /// - Parameter saved: the checkpoint that this session goes on from.
  init(
    _ directory: RunDirectory, _ run: ResolvedRun, identity: String, saved: Int?,
    keepsStart: Bool
  ) throws(Failure) {
    self.directory = directory
    plan = run.experiment.record
    steps = run.options.steps
    recordsEveryLoss = run.optimizer?.drives == true
    self.identity = identity
    self.saved = saved
    self.keepsStart = keepsStart
    metrics = try failing { try directory.metricsFile() }
  }

  // MARK: Measurements

  /// The last step's is always there.
  func wantsLoss(step: Int) -> Bool {
    recordsEveryLoss || step == steps - 1 || plan.training.contains(step: step, of: steps)
  }

  func trained(step: Int, loss: Double, learningRateScale: Double) throws(Failure) {
    let record = MetricsRecord.training(
      step: step, loss: loss, learningRateScale: learningRateScale)
    try failing { try metrics.append(record.compact) }
  }

  func evaluated(step: Int, name: String, _ evaluation: Evaluation) throws(Failure) {
    let record = MetricsRecord.evaluation(step: step, name: name, evaluation)
    try failing {
      try metrics.append(record.compact)
      try directory.log(
        "step \(step): loss \(evaluation.loss.mean) on \(evaluation.prompts) prompts of \(name)")
    }
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
      try pace.measure {
        try directory.write(checkpoint, durably: false)
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
  func close() throws(Failure) { try failing { try metrics.synchronize() } }
}
