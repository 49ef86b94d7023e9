import ICLRecords

/// Writes down what a run does, into its directory.
///
/// Lines of metrics.jsonl are kept for up to a second, and written before the checkpoint from which
/// they would not be measured again: so a killed process loses none that it needs. Neither they nor
/// checkpoints on the way are forced to the disk; after a crash of the machine, a damaged
/// checkpoint is stepped over.
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
  private let start = ContinuousClock.now
  private var lastFlush = ContinuousClock.now
  private var lastStatus = ContinuousClock.now
  /// The step of the newest checkpoint.
  private(set) var saved: Int?
  /// What all of this took.
  private(set) var time = Duration.zero

  /// - Parameters:
  ///   - saved: the checkpoint that this start goes on from.
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
        try directory.metricsFile(capacity: Self.capacity),
        try EventWriter(
          folder: directory.path, resumingAfter: isFirst ? nil : (saved ?? 0) - 1,
          capacity: Self.capacity)
      )
    }
  }

  private static let capacity = 1 << 16
  /// A file that replaces another may have to wait for the disk, so `status` is not written often.
  private static let statusInterval = Duration.seconds(5)

  /// Whether the end is worth waiting for the disk. What took a few seconds is computed again sooner
  /// than it is lost: the system writes it within half a minute by itself.
  var isLong: Bool { ContinuousClock.now - start > .seconds(10) }

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
      if ContinuousClock.now - lastFlush > .seconds(1) { try flush() }
    }
  }

  private func flush() throws(RecordError) {
    try metrics.flush()
    try events.flush()
    lastFlush = .now
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
        try flush()
        try directory.write(checkpoint, durably: isAsked && isLong)
        if ContinuousClock.now - lastStatus > Self.statusInterval {
          try directory.write(RunStatus(.running, step: step, steps: steps), durably: false)
          lastStatus = .now
        }
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

  /// Writes what is kept; after a long session, forces it to the disk.
  func close() throws(Failure) {
    try timed {
      if isLong { try metrics.synchronize() }
      try flush()
    }
  }
}
