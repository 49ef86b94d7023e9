import ICLEngine
import ICLGraph
import ICLPlugins

/// Evaluates predictions chunk by chunk, on fresh prompts unless it is said otherwise.
///
/// Arithmetic is in Double whatever the precision of the run: the ratio to the best possible loss
/// must not hang on rounding.
struct Evaluator {
  static let chunk = 4096

  private let options: RunOptions
  private let model: ModelInstance
  private let task: TaskInstance
  private let metrics: [NamedMetric]
  private let needs: MetricNeeds
  private let settings: [RunSnapshot.Setting]
  private let source: PromptSource
  /// At which prompts are drawn.
  private let step: UInt64
  private let program: Program
  private let inputs: Program?
  /// What metrics want to read besides targets.
  private let recorded: [Signature.TensorSpec]
  private let hasOracle: Bool
  /// What each metric declared, by name, with its root in the program and its elements.
  private let declared: [[(name: String, root: Int, elements: Int)]]
  /// In Double; nil for a model without parameters.
  private let parameters: ParameterStore?
  /// Before training, for metrics that ask for it.
  private let start: ParameterStore?

  /// - Parameters:
  ///   - model: with its options as they are now.
  ///   - composition: of the evaluation's task and the model.
  ///   - parameters: the trained values; nil for those that the model starts from.
  ///   - start: what training started from; nil for what the model draws.
  init(
    _ evaluation: ResolvedEvaluation, of run: ResolvedRun, model: ModelInstance,
    _ composition: Composition, parameters: ParameterStore?, start: ParameterStore? = nil
  ) throws(Failure) {
    let options = run.options
    self.options = options
    self.model = model
    (task, metrics) = (evaluation.task, evaluation.metrics)
    settings = run.settings(of: evaluation)
    source = PromptSource(task: evaluation.task, seed: options.seed)
    step = evaluation.plan.promptSet == .training ? StepRange.fixedSet : StepRange.evaluation
    let signature = composition.signature
    let needs = metrics.reduce(into: MetricNeeds()) { $0.formUnion($1.instance.needs) }
    self.needs = needs
    recorded = signature.tensors.filter {
      ($0.role == .latent && needs.contains(.latents))
        || ($0.role == .input && needs.contains(.inputs))
    }
    hasOracle = composition.oracleLosses != nil
    var roots =
      [composition.predictions, composition.tensors["target"]!, composition.losses]
      + (composition.oracleLosses.map { [$0] } ?? [])
      + recorded.map { composition.tensors[$0.name]! }
    let (whole, values) = try composition.declaring(metrics.map(\.instance))
    declared = values.map { values in
      values.sorted { $0.key < $1.key }.map { name, node in
        roots.append(node)
        return (name, roots.count - 1, whole.shape(of: node).count)
      }
    }
    let seed = options.seed
    let fresh = { () throws(Failure) -> ParameterStore? in
      guard !composition.graph.parameters.isEmpty else { return nil }
      return try failing {
        try ParameterStore(composition.graph, seed: seed, precision: options.precision)
      }
    }
    let given: ParameterStore? = if let parameters { parameters } else { try fresh() }
    let exact = try failing {
      try given.map { try $0.converted(for: composition.graph, seed: seed) }
    }
    self.parameters = exact
    self.start =
      if !needs.contains(.start) { nil } else if let start { start } else { try fresh() }
    let wanted = roots
    let tensors = composition.tensors
    let configuration = options.engine(precision: .double)
    (program, inputs) = try failing {
      let (graph, kept) = whole.simplified(keeping: wanted)
      let program = try Program(
        graph, roots: kept, seed: seed, configuration: configuration, parameters: exact)
      guard model.predictsByItself else { return (program, nil) }
      let (data, read) = composition.graph.simplified(
        keeping: signature.inputs.map { tensors[$0.name]! })
      return (
        program, try Program(data, roots: read, seed: seed, configuration: configuration)
      )
    }
  }

  var flopsPerPrompt: Double { program.flopsPerPrompt + (inputs?.flopsPerPrompt ?? 0) }

  /// Bytes that all threads hold.
  var bytes: Double {
    Double(program.bytesPerThread + (inputs?.bytesPerThread ?? 0)) * Double(options.threads)
  }

  /// Takes over parameter values for the next evaluation.
  func adopt(_ trained: ParameterStore) {
    guard let parameters, trained !== parameters else { return }
    for index in parameters.names.indices { parameters.set(index, trained.values(index)) }
  }

  /// - Parameters:
  ///   - step: optimizer steps done.
  ///   - observe: an error that it throws ends the evaluation.
  func evaluate(
    prompts: Int, step: Int = 0, observe: (_ done: Int) throws -> Void = { _ in }
  ) throws(Failure) -> Evaluation {
    let signature = task.signature
    let snapshot = snapshot(step: step)
    var losses = LossStatistics(positions: signature.positions)
    var oracle = LossStatistics(positions: signature.positions)
    var values: [(id: String, values: [MetricValues])] = []
    try failing {
      var isFinished = false
      defer { if !isFinished { for metric in metrics { metric.instance.abandon() } } }
      for metric in metrics {
        try metric.instance.begin(signature)
        try metric.instance.observe(snapshot)
      }
      var first = 0
      while first < prompts {
        let count = min(Self.chunk, prompts - first)
        var chunk = try evaluateChunk(first: first, count: count)
        losses.add(chunk.losses, count: count)
        if let best = chunk.oracleLosses { oracle.add(best, count: count) }
        for (metric, declared) in zip(metrics, declared) {
          chunk.declared = Dictionary(
            uniqueKeysWithValues: declared.map {
              ($0.name, perPrompt(program.values(of: $0.root), $0.elements, count))
            })
          try metric.instance.accumulate(chunk)
        }
        first += count
        try observe(first)
      }
      for metric in metrics { values.append((metric.name, try metric.instance.finish())) }
      isFinished = true
    }
    return Evaluation(
      prompts: prompts, signature: signature, losses: losses, oracle: hasOracle ? oracle : nil,
      metrics: values)
  }

  /// What is the same for all prompts is given for each.
  private func perPrompt(_ values: [Double], _ elements: Int, _ count: Int) -> [Double] {
    values.count == elements * count
      ? values : (0..<count).flatMap { _ in values }
  }

  private func snapshot(step: Int) -> RunSnapshot {
    let reads = !needs.isDisjoint(with: [.parameters, .start])
    return RunSnapshot(
      step: step, steps: options.steps, parameters: reads ? parameters?.tensors ?? [] : [],
      start: start?.tensors ?? [], settings: settings)
  }

  private func evaluateChunk(first: Int, count: Int) throws -> EvaluationChunk {
    var batch = Program.Batch(
      step: step, firstPrompt: UInt64(first), count: count,
      weight: 1 / Double(count))
    batch.inputs = try source.tensors(step: batch.step, first: batch.firstPrompt, count: count)
    if let inputs {
      let signature = task.signature
      try inputs.run(batch)
      let read = signature.inputs.indices.map { inputs.values(of: $0) }
      batch.inputs[Composition.predictionsInput] = try model.predict(
        signature: signature, count: count, inputs: read)
    }
    try program.run(batch)
    let firstRecorded = hasOracle ? 4 : 3
    let signature = task.signature
    let elements = signature.positions * signature.outputDimension
    var chunk = EvaluationChunk(
      count: count, predictions: perPrompt(program.values(of: 0), elements, count),
      targets: program.values(of: 1),
      losses: program.values(of: 2), oracleLosses: hasOracle ? program.values(of: 3) : nil)
    for (index, tensor) in recorded.enumerated() {
      let values = program.values(of: firstRecorded + index)
      if tensor.role == .latent {
        chunk.latents[tensor.name] = values
      } else {
        chunk.inputs[tensor.name] = values
      }
    }
    return chunk
  }
}

extension ResolvedRun {
  /// All options, those of the task as the evaluation has them.
  fileprivate func settings(of evaluation: ResolvedEvaluation) -> [RunSnapshot.Setting] {
    (values.filter { $0.owner != .task } + evaluation.values).map {
      RunSnapshot.Setting(owner: "\($0.owner)", name: $0.name, value: $0.value)
    }
  }
}

extension RunOptions {
  func engine(precision: Precision) -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.precision = precision
    configuration.threads = threads
    configuration.backend = backend
    return configuration
  }
}

extension ParameterStore {
  var tensors: [RunSnapshot.Tensor] {
    names.indices.map {
      RunSnapshot.Tensor(name: names[$0], shape: shapes[$0].extents, values: values($0))
    }
  }

  /// The same values in Double.
  func converted(for graph: Graph, seed: UInt64) throws -> ParameterStore {
    if precision == .double { return self }
    let store = try ParameterStore(graph, seed: seed, precision: .double)
    for index in names.indices { store.set(index, values(index)) }
    return store
  }
}
