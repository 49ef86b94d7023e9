import ICLEngine
import ICLPlugins
import ICLRecords

/// What is told of a run while it goes on.
protocol CourseObserver: AnyObject {
  /// Whether the loss of a step's batch is wanted.
  func wantsLoss(step: Int) -> Bool
  /// The loss of a batch, with `step` steps done before it.
  func trained(step: Int, loss: Double, learningRateScale: Double) throws(Failure)
  /// Whether a step's parameters and optimizer state are wanted.
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
  /// Who is told of the run, and who may stop it.
  struct Hooks {
    var observer: any CourseObserver
    var observe: (RunEvent) -> Void
    var shouldStop: () -> Bool
  }

  let run: ResolvedRun
  /// As they are at the current step.
  private var components: RunComponents
  let composition: Composition
  /// nil for a model without parameters, and where none are trained.
  let trainer: Trainer?
  private(set) var step = 0
  /// What training started from, where the model did not draw it.
  var start: ParameterStore?
  /// What is evaluated where nothing is trained; nil for what the model draws.
  private var given: ParameterStore?
  private var evaluators: [String: Evaluator] = [:]

  init(_ run: ResolvedRun) throws(Failure) {
    self.run = run
    components = RunComponents(task: run.task, model: run.model, optimizer: run.optimizer)
    composition = try run.compose()
    trainer = try run.trainer(for: composition)
    if trainer?.optimizer.drives == true { try checkDriving() }
  }

  /// What drives a run asks for losses as it likes, so nothing can be tied to steps.
  private func checkDriving() throws(Failure) {
    guard let schedule = run.schedules.first else { return }
    throw Failure(
      .configuration, key: schedule.origin.key("schedules.\(schedule.path)"),
      "optimizer \(run.optimizer?.component.id ?? "") drives the run and has no steps at which "
        + "an option could change.", hint: "Choose an optimizer that takes steps.")
  }

  /// Takes over parameters for a model that is evaluated and not trained.
  func evaluateOnly(_ tensors: [TensorFile.Tensor], from path: String) throws(Failure) {
    guard !composition.graph.parameters.isEmpty else { return }
    let (graph, seed) = (composition.graph, run.options.seed)
    let store = try failing { try ParameterStore(graph, seed: seed, precision: .double) }
    try store.adopt(tensors, from: path)
    (given, start) = (store, store)
  }

  /// Continues from a step whose parameters and optimizer state the trainer has been given.
  func skip(to step: Int) throws(Failure) {
    self.step = step
    if step > 0 { try change(Set(run.schedules.map(\.owner))) }
  }

  /// Goes to the end; a failure of status `stopped` if somebody wants to stop before.
  func finish(
    _ hooks: Hooks
  ) throws(Failure) -> (training: TrainingReport?, evaluations: [NamedEvaluation]) {
    guard let trainer else { return (nil, try evaluate(isLast: true, hooks)) }
    if trainer.optimizer.drives { return try drive(trainer, hooks) }
    let (first, steps) = (step, run.options.steps)
    var (loss, seconds) = (Double.nan, 0.0)
    while true {
      let isLast = step == steps
      let stops = hooks.shouldStop()
      if isLast || stops || hooks.observer.wantsCheckpoint(step: step) {
        try hooks.observer.reached(step: step, trainer)
      }
      if isLast { break }
      if stops { throw stopped }
      if run.evaluates(at: step) { try evaluate(isLast: false, hooks) }
      let start = ContinuousClock.now
      repeat { loss = try train(trainer, hooks) } while isQuiet(hooks)
      seconds += (ContinuousClock.now - start) / .seconds(1)
      try change(run.changingOwners(at: step))
    }
    let evaluations = try evaluate(isLast: true, hooks)
    let report = TrainingReport(
      steps: steps, earlierSteps: first, batch: run.options.batch,
      parameters: trainer.parameterCount, finalLoss: loss, seconds: seconds)
    return (report, evaluations)
  }

  /// Whether the next step may follow at once.
  private func isQuiet(_ hooks: Hooks) -> Bool {
    step < run.options.steps && !hooks.shouldStop() && !run.evaluates(at: step)
      && run.changingOwners(at: step).isEmpty && !hooks.observer.wantsCheckpoint(step: step)
  }

  private var stopped: Failure {
    Failure(.stopped, "stopped after \(step) of \(run.options.steps) steps.")
  }

  private func train(_ trainer: Trainer, _ hooks: Hooks) throws(Failure) -> Double {
    let loss: Double
    do throws(Failure) {
      loss = try trainer.step(step)
    } catch {
      // A plugin that was asked to stop may give up, before the parameters moved.
      if error.status == .stopped, !trainer.isTorn {
        try hooks.observer.reached(step: step, trainer)
      }
      throw error
    }
    if hooks.observer.wantsLoss(step: step) {
      let scale = run.options.schedule.scale(step: step, of: run.options.steps)
      try hooks.observer.trained(step: step, loss: loss, learningRateScale: scale)
    }
    step += 1
    hooks.observe(
      .training(TrainingProgress(step: step, steps: run.options.steps, loss: loss)))
    return loss
  }

  private func drive(
    _ trainer: Trainer, _ hooks: Hooks
  ) throws(Failure) -> (training: TrainingReport?, evaluations: [NamedEvaluation]) {
    if run.evaluates(at: 0) { try evaluate(isLast: false, hooks) }
    let start = ContinuousClock.now
    let (count, loss) = try trainer.drive(shouldStop: hooks.shouldStop) { progress in
      let step = progress.step - 1
      if hooks.observer.wantsLoss(step: step) {
        try hooks.observer.trained(step: step, loss: progress.loss, learningRateScale: 1)
      }
      hooks.observe(.training(progress))
    }
    step = count
    let report = TrainingReport(
      steps: count, batch: run.options.batch, parameters: trainer.parameterCount,
      finalLoss: loss, seconds: (ContinuousClock.now - start) / .seconds(1))
    try hooks.observer.reached(step: step, trainer)
    return (report, try evaluate(isLast: true, hooks))
  }

  // MARK: Options that change

  /// Makes components whose options have other values at the current step.
  private func change(_ owners: Set<OptionOwner>) throws(Failure) {
    guard !owners.isEmpty, let trainer else { return }
    let new = try run.components(at: step)
    if owners.contains(.task) { components.task = new.task }
    if owners.contains(.model) { components.model = new.model }
    if owners.contains(.task) || owners.contains(.model) {
      let composition = try Composition(task: components.task, model: components.model)
      try trainer.adopt(components.task, composition)
    }
    if owners.contains(.model) { evaluators = [:] }
    if owners.contains(.optimizer), let optimizer = new.optimizer {
      components.optimizer = optimizer
      try trainer.adopt(optimizer)
    }
  }

  // MARK: Evaluations

  /// Runs the evaluations that are due, the main one first.
  @discardableResult
  private func evaluate(isLast: Bool, _ hooks: Hooks) throws(Failure) -> [NamedEvaluation] {
    var results: [NamedEvaluation] = []
    for evaluation in run.evaluations(at: step, isLast: isLast) {
      let result: Evaluation
      do throws(Failure) {
        result = try evaluate(evaluation, hooks)
      } catch {
        if error.status == .stopped, let trainer {
          try hooks.observer.reached(step: step, trainer)
        }
        throw error
      }
      try hooks.observer.evaluated(step: step, name: evaluation.name, result)
      results.append(NamedEvaluation(name: evaluation.name, evaluation: result))
    }
    return results
  }

  private func evaluate(
    _ evaluation: ResolvedEvaluation, _ hooks: Hooks
  ) throws(Failure) -> Evaluation {
    let evaluator: Evaluator
    if let known = evaluators[evaluation.name] {
      evaluator = known
      if let trainer { evaluator.adopt(trainer.parameters) }
    } else {
      let composition =
        evaluation.task === run.task && components.model === run.model
        ? composition : try Composition(task: evaluation.task, model: components.model)
      evaluator = try Evaluator(
        evaluation, of: run, model: components.model, composition,
        parameters: trainer?.parameters ?? given, start: start)
      evaluators[evaluation.name] = evaluator
    }
    let prompts = evaluation.prompts
    return try evaluator.evaluate(prompts: prompts, step: step) { done in
      hooks.observe(.evaluating(done: done, of: prompts))
      if done < prompts, hooks.shouldStop() { throw stopped }
    }
  }
}
