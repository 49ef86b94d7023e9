import ICLEngine
import ICLGraph

/// What a run is doing.
public enum RunEvent: Sendable {
  case training(TrainingProgress)
  case evaluating(done: Int, of: Int)
}

/// What a run found.
public struct RunReport: Sendable {
  /// nil for a model without parameters, or where none were trained.
  public var training: TrainingReport?
  /// Of the model.
  public var parameters: Int
  /// Those after the last step, the main one first.
  public var evaluations: [NamedEvaluation]

  /// The main one.
  public var evaluation: Evaluation { evaluations[0].evaluation }
}

/// What a run would cost.
public struct RunCost: Hashable, Sendable {
  public var parameters: Int
  /// Additions and multiplications in a step, or for one prompt where nothing is trained.
  public var flops: Double
  /// Bytes that a step holds.
  public var memory: Double
  public var isTrained: Bool
}

extension ResolvedRun {
  /// Trains the model if it has parameters, and evaluates it on fresh prompts.
  public func execute(observe: (RunEvent) -> Void = { _ in }) throws(Failure) -> RunReport {
    do throws(Failure) {
      let composition = try compose()
      guard let trainer = try trainer(for: composition) else {
        return try evaluate(composition, parameters: nil, training: nil, observe: observe)
      }
      let training = try trainer.train { observe(.training($0)) }
      return try evaluate(
        composition, parameters: trainer.parameters, training: training, observe: observe)
    } catch {
      throw error.telling(seed: options.seed)
    }
  }

  /// Evaluates the model as it starts.
  public func evaluate(observe: (RunEvent) -> Void = { _ in }) throws(Failure) -> RunReport {
    do throws(Failure) {
      return try evaluate(compose(), parameters: nil, training: nil, observe: observe)
    } catch {
      throw error.telling(seed: options.seed)
    }
  }

  /// Prepares everything, and does nothing with it.
  public func cost() throws(Failure) -> RunCost {
    let composition = try compose()
    let parameters = composition.parameterCount
    if let trainer = try trainer(for: composition) {
      return RunCost(
        parameters: parameters, flops: trainer.program.flopsPerPrompt * Double(options.batch),
        memory: trainer.bytes, isTrained: true)
    }
    let evaluator = try Evaluator(
      evaluations[0], of: self, model: model, try compose(evaluations[0], composition),
      parameters: nil)
    return RunCost(
      parameters: parameters, flops: evaluator.flopsPerPrompt, memory: evaluator.bytes,
      isTrained: false)
  }

  /// Additions and multiplications of all steps; nil where nothing is trained.
  public func trainingFlops(_ cost: RunCost) -> Double? {
    cost.isTrained ? cost.flops * Double(options.steps) : nil
  }

  func trainer(for composition: Composition) throws(Failure) -> Trainer? {
    guard let optimizer, !composition.graph.parameters.isEmpty else { return nil }
    try options.check(setOf: composition.signature)
    return try Trainer(self, composition, optimizer: optimizer)
  }

  func compose() throws(Failure) -> Composition {
    let available = Machine.availableMemory
    try MemoryNeed.check(
      prompts: options.batch, of: task.signature, option: "run.batch", available: available)
    let composition = try Composition(task: task, model: model)
    try MemoryNeed.check(composition.graph, available: available)
    return composition
  }

  /// The graph of an evaluation; the run's own where the task is the run's.
  func compose(
    _ evaluation: ResolvedEvaluation, _ own: Composition
  ) throws(Failure) -> Composition {
    if evaluation.task === task { return own }
    return try Composition(task: evaluation.task, model: model)
  }

  func evaluate(
    _ composition: Composition, parameters: ParameterStore?, training: TrainingReport?,
    observe: (RunEvent) -> Void
  ) throws(Failure) -> RunReport {
    let step = training?.steps ?? 0
    var results: [NamedEvaluation] = []
    for evaluation in evaluations(at: step, isLast: true) {
      let evaluator = try Evaluator(
        evaluation, of: self, model: model, try compose(evaluation, composition),
        parameters: parameters)
      let prompts = evaluation.prompts
      let result = try evaluator.evaluate(prompts: prompts, step: step) {
        observe(.evaluating(done: $0, of: prompts))
      }
      results.append(NamedEvaluation(name: evaluation.name, evaluation: result))
    }
    return RunReport(
      training: training, parameters: composition.parameterCount, evaluations: results)
  }
}

extension Composition {
  var parameterCount: Int {
    graph.parameters.reduce(0) { $0 + graph.shape(of: $1.node).count }
  }
}
