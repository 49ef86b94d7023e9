import ICLEngine
import ICLPlugins

/// What is told of a run while it goes on.
protocol CourseObserver: AnyObject {
  /// Whether a step's training loss is wanted.
  func wantsLoss(step: Int) -> Bool
  /// A batch's loss, with `step` steps done before it.
  func trained(step: Int, loss: Double, learningRateScale: Double) throws(Failure)
  /// Whether `reached` has something to do with a step.
  func wantsCheckpoint(step: Int) -> Bool
  /// All that a later session needs to go on from `step` stands in the trainer.
  func reached(step: Int, _ trainer: Trainer) throws(Failure)
  func evaluated(step: Int, name: String, _ evaluation: Evaluation) throws(Failure)
}

/// A run from one of its steps to its last.
///
/// With s steps done, in this order: options take their values at s; a checkpoint, if one is due;
/// the evaluations that are due. Then step s trains. So everything behind checkpoint s can be done
/// again from it, and a later session does.
final class Course {
  let plan: RunPlan
  /// Components as they are at the current step.
  private var stage: Stage
  /// nil for a model without parameters, and where none are trained.
  let trainer: Trainer?
  private(set) var step = 0
  private var evaluators: [String: Evaluator] = [:]

  /// Who is told of the run, and who may stop it.
  struct Hooks {
    var observer: any CourseObserver
    var observe: (RunEvent) -> Void
    var shouldStop: () -> Bool
  }

  init(_ plan: RunPlan) throws(Failure) {
    self.plan = plan
    stage = try plan.stage(at: 0)
    trainer = try stage.run.trainer(for: stage.composition)
    if trainer?.optimizer.drives == true { try plan.checkDriving() }
  }

  var composition: Composition { stage.composition }

  /// Continues from a step whose parameters and optimizer state the trainer has been given.
  func skip(to step: Int) throws(Failure) {
    self.step = step
    if step > 0 { try changeOptions() }
  }

  /// Goes to the end; a failure of status `stopped` if somebody wants to stop before.
  func run(
    _ hooks: Hooks
  ) throws(Failure) -> (training: TrainingReport?, evaluation: Evaluation) {
    guard let trainer else { return (nil, try evaluate(isLast: true, hooks)) }
    if trainer.optimizer.drives { return try drive(trainer, hooks) }
    let (first, steps) = (step, plan.options.steps)
    var (loss, seconds) = (Double.nan, 0.0)
    while true {
      let isLast = step == steps
      let stops = hooks.shouldStop()
      if isLast || stops || hooks.observer.wantsCheckpoint(step: step) {
        try hooks.observer.reached(step: step, trainer)
      }
      if stops { throw stopped }
      if isLast { break }
      if plan.evaluates(at: step) { _ = try evaluate(isLast: false, hooks) }
      let start = ContinuousClock.now
      repeat { loss = try train(trainer, hooks) } while isQuiet(hooks)
      seconds += (ContinuousClock.now - start) / .seconds(1)
      if plan.changes(at: step) { try changeOptions() }
    }
    let evaluation = try evaluate(isLast: true, hooks)
    let report = TrainingReport(
      steps: steps, earlierSteps: first, batch: plan.options.batch,
      parameters: trainer.parameterCount, finalLoss: loss, seconds: seconds)
    return (report, evaluation)
  }

  /// Whether the next step may follow at once.
  private func isQuiet(_ hooks: Hooks) -> Bool {
    step < plan.options.steps && !hooks.shouldStop() && !plan.changes(at: step)
      && !plan.evaluates(at: step) && !hooks.observer.wantsCheckpoint(step: step)
  }

  private var stopped: Failure {
    Failure(.stopped, "stopped after \(step) of \(plan.options.steps) steps.")
  }

  private func train(_ trainer: Trainer, _ hooks: Hooks) throws(Failure) -> Double {
    let loss: Double
    do throws(Failure) {
      loss = try trainer.step(step)
    } catch {
      // A plugin that was asked to stop has given up before the parameters moved.
      if error.status == .stopped, !trainer.isTorn { try hooks.observer.reached(step: step, trainer) }
      throw error
    }
    if hooks.observer.wantsLoss(step: step) {
      let scale = plan.options.schedule.scale(step: step, of: plan.options.steps)
      try hooks.observer.trained(step: step, loss: loss, learningRateScale: scale)
    }
    step += 1
    hooks.observe(.training(TrainingProgress(step: step, steps: plan.options.steps, loss: loss)))
    return loss
  }

  private func drive(
    _ trainer: Trainer, _ hooks: Hooks
  ) throws(Failure) -> (training: TrainingReport?, evaluation: Evaluation) {
    if plan.evaluates(at: 0) { _ = try evaluate(isLast: false, hooks) }
    let start = ContinuousClock.now
    var failure: Failure?
    let (count, loss) = try trainer.drive(shouldStop: hooks.shouldStop) { progress in
      let step = progress.step - 1
      if failure == nil, hooks.observer.wantsLoss(step: step) {
        do throws(Failure) {
          try hooks.observer.trained(step: step, loss: progress.loss, learningRateScale: 1)
        } catch { failure = error }
      }
      hooks.observe(.training(progress))
    }
    if let failure { throw failure }
    step = count
    let report = TrainingReport(
      steps: count, batch: plan.options.batch, parameters: trainer.parameterCount,
      finalLoss: loss, seconds: (ContinuousClock.now - start) / .seconds(1))
    try hooks.observer.reached(step: step, trainer)
    return (report, try evaluate(isLast: true, hooks))
  }

  // MARK: Options that change

  /// Makes the components whose options have other values at the current step.
  private func changeOptions() throws(Failure) {
    let before = stage
    stage = try plan.stage(at: step, after: before)
    guard let trainer else { return }
    do throws(Failure) {
      if stage.hasOtherGraph(than: before) {
        try trainer.adopt(stage.run, stage.composition)
        evaluators = [:]
      }
      if let optimizer = stage.run.optimizer, optimizer !== before.run.optimizer {
        try trainer.adopt(optimizer)
      }
    } catch {
      throw plan.explaining(error, at: step)
    }
  }

  // MARK: Evaluations

  /// Runs the evaluations that are due, the main one first; gives its result.
  private func evaluate(isLast: Bool, _ hooks: Hooks) throws(Failure) -> Evaluation {
    var main: Evaluation?
    for evaluation in plan.evaluations(at: step, isLast: isLast) {
      let result = try evaluate(evaluation, hooks)
      try hooks.observer.evaluated(step: step, name: evaluation.name, result)
      if main == nil { main = result }
    }
    return main!
  }

  private func evaluate(
    _ evaluation: RunPlan.NamedEvaluation, _ hooks: Hooks
  ) throws(Failure) -> Evaluation {
    let evaluator: Evaluator
    if let known = evaluators[evaluation.name] {
      evaluator = known
      trainer.map { evaluator.adopt($0.parameters) }
    } else {
      let (run, composition) = try stage.evaluated(evaluation, plan)
      evaluator = try Evaluator(run, composition, parameters: trainer?.parameters)
      evaluators[evaluation.name] = evaluator
    }
    let prompts = evaluation.prompts
    return try evaluator.evaluate(prompts: prompts) { (done) throws(Failure) in
      hooks.observe(.evaluating(done: done, of: prompts))
      if hooks.shouldStop(), done < prompts { throw stopped }
    }
  }
}
