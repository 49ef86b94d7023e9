import ICLEngine
import ICLGraph
import ICLPlugins

/// Moves the parameters down the loss, one batch a step.
///
/// Parameters and optimizer state last for the whole run; components with changed options may take
/// over in between (see `adopt`).
final class Trainer {
  let options: RunOptions
  private(set) var optimizer: OptimizerInstance
  let parameters: ParameterStore
  let state: OptimizerState
  /// Roots: the loss, then a gradient for each parameter.
  private(set) var program: Program
  private(set) var source: PromptSource
  private let clip: GradientClip?
  /// What the optimizer is told, for each parameter.
  private var updates = UpdateTable([])
  /// Whether an update was broken off between two parameters.
  private(set) var isTorn = false

  init(
    _ run: ResolvedRun, _ composition: Composition, optimizer: OptimizerInstance
  ) throws(Failure) {
    options = run.options
    self.optimizer = optimizer
    source = PromptSource(task: run.task, seed: options.seed)
    let options = options
    parameters = try failing {
      try ParameterStore(composition.graph, seed: options.seed, precision: options.precision)
    }
    program = try Self.program(composition, options, parameters)
    state = OptimizerState(parameters, arrays: optimizer.arrays)
    clip = options.gradientClip > 0 ? GradientClip(options.gradientClip, parameters) : nil
    updates = currentUpdates
  }

  private var currentUpdates: UpdateTable {
    UpdateTable(
      parameters.names.indices.map { index in
        OptimizerInstance.Update(
          name: parameters.names[index], shape: parameters.shapes[index],
          elementType: parameters.precision == .single ? .single : .double, step: 0,
          parameters: parameters.pointer(index), gradients: program.pointer(ofRoot: index + 1),
          state: state.pointers(index))
      })
  }

  private static func program(
    _ composition: Composition, _ options: RunOptions, _ parameters: ParameterStore
  ) throws(Failure) -> Program {
    let (graph, roots) = try composition.trainingGraph(
      fixedPrompts: options.repeatsOneBatch, statistics: options.statistics)
    return try failing {
      try Program(
        graph, roots: roots, seed: options.seed,
        configuration: options.engine(precision: options.precision), parameters: parameters,
        batch: options.batch, keeping: options.repeatsOneBatch ? .all : .nothing)
    }
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
    try step(number, on: batch(number))
  }

  func step(_ number: Int, on batch: Program.Batch) throws(Failure) -> Double {
    try failing { try program.run(batch) }
    let loss = program.number(ofRoot: 0)
    try checkFinite(loss, batch, step: number)
    try update(number)
    return loss
  }

  /// Lets the optimizer move the parameters along the gradients of the last batch.
  private func update(_ number: Int) throws(Failure) {
    let scale = options.schedule.scale(step: number, of: options.steps)
    if let clip {
      let gradients = clip.clipped((0..<updates.count).map { program.pointer(ofRoot: $0 + 1) })
      for (index, gradient) in gradients.enumerated() {
        updates.set(gradients: gradient, of: index)
      }
    }
    isTorn = true
    try failing {
      updates.set(step: UInt64(number + 1), learningRateScale: scale)
      try optimizer.step(updates)
    }
    isTorn = false
  }

  func batch(_ step: Int) throws(Failure) -> Program.Batch {
    try source.batch(step, options)
  }
}

// MARK: Components with changed options

extension Trainer {
  /// Goes on with another model or task, whose parameters must have the same names and shapes.
  func adopt(_ task: TaskInstance, _ composition: Composition) throws(Failure) {
    try parameters.check(composition.graph)
    program = try Self.program(composition, options, parameters)
    source = PromptSource(task: task, seed: options.seed)
    updates = currentUpdates
  }

  /// Goes on with another optimizer, whose state must have the same arrays.
  func adopt(_ optimizer: OptimizerInstance) throws(Failure) {
    guard optimizer.arrays == state.arrays, optimizer.drives == self.optimizer.drives else {
      throw Failure(
        .configuration,
        "the optimizer would keep \(optimizer.arrays) arrays for each parameter, and has "
          + "\(state.arrays).",
        hint: "Schedule only options that leave the optimizer's state as it is.")
    }
    self.optimizer = optimizer
  }
}

extension OptimizerInstance {
  /// Arrays of a parameter's size that are kept from step to step.
  var arrays: Int { drives ? 0 : stateCount }
}

extension ParameterStore {
  /// Refuses a graph whose parameters have other names or shapes.
  fileprivate func check(_ graph: Graph) throws(Failure) {
    let found = graph.parameters.map { ($0.name, graph.shape(of: $0.node)) }
    let differences = ParameterDifferences(
      expected: zip(names, shapes).map { ($0, $1.extents) },
      found: found.map { ($0.0, $0.1.extents) })
    guard differences.isEmpty, found.map(\.0) == names else {
      throw Failure(
        .configuration,
        "the model's parameters would change: \(differences.text).",
        hint: "Schedule only options that leave names and shapes of parameters as they are.")
    }
  }
}
