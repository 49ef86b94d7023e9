import ICLEngine
import ICLGraph
import ICLPlugins

/// Moves the parameters down the loss, one batch a step.
final class Trainer {
  let options: RunOptions
  let optimizer: OptimizerInstance
  let parameters: ParameterStore
  /// Roots: the loss, then a gradient for each parameter.
  let program: Program
  let source: PromptSource
  private let state: OptimizerState

  init(
    _ run: ResolvedRun, _ composition: Composition, optimizer: OptimizerInstance
  ) throws(Failure) {
    options = run.options
    self.optimizer = optimizer
    source = PromptSource(task: run.task, seed: options.seed)
    let (graph, roots) = try composition.trainingGraph(
      fixedPrompts: options.repeatsOneBatch, statistics: options.statistics)
    let options = options
    (parameters, program) = try failing {
      let store = try ParameterStore(
        composition.graph, seed: options.seed, precision: options.precision)
      let program = try Program(
        graph, roots: roots, seed: options.seed,
        configuration: options.engine(precision: options.precision), parameters: store,
        batch: options.batch, keeping: options.repeatsOneBatch ? .all : .nothing)
      return (store, program)
    }
    let arrays = optimizer.drives ? 0 : optimizer.stateCount
    state = OptimizerState(parameters, arrays: arrays)
  }

  var parameterCount: Int { parameters.shapes.reduce(0) { $0 + $1.count } }

  /// Bytes for one step: working memory of all threads, parameters, gradients, optimizer state.
  var bytes: Double {
    let arrays = Double(2 + state.arrays) * Double(parameterCount) * Double(state.elementBytes)
    return Double(program.bytesPerThread) * Double(options.threads) + arrays
  }

  func train(observe: (TrainingProgress) -> Void) throws(Failure) -> TrainingReport {
    let start = ContinuousClock.now
    var (steps, loss) = (0, Double.nan)
    if optimizer.drives {
      (steps, loss) = try drive(observe: observe)
    } else {
      while steps < options.steps {
        loss = try step(steps)
        steps += 1
        observe(TrainingProgress(step: steps, steps: options.steps, loss: loss))
      }
    }
    return TrainingReport(
      steps: steps, batch: options.batch, parameters: parameterCount, finalLoss: loss,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// One step on its batch; gives the loss before it.
  func step(_ number: Int) throws(Failure) -> Double {
    let batch = try batch(number)
    try failing { try program.run(batch) }
    let loss = program.number(ofRoot: 0)
    try checkFinite(loss, batch, step: number)
    try update(number)
    return loss
  }

  /// Lets the optimizer move the parameters along the gradients of the last batch.
  private func update(_ number: Int) throws(Failure) {
    let scale = options.schedule.scale(step: number, of: options.steps)
    try failing {
      for index in parameters.names.indices {
        try optimizer.step(
          OptimizerInstance.Update(
            name: parameters.names[index], shape: parameters.shapes[index],
            elementType: parameters.precision == .single ? .single : .double,
            step: UInt64(number + 1), learningRateScale: scale,
            parameters: parameters.pointer(index), gradients: program.pointer(ofRoot: index + 1),
            state: state.pointers(index)))
      }
    }
  }

  func batch(_ step: Int) throws(Failure) -> Program.Batch {
    try source.batch(step, options)
  }
}
