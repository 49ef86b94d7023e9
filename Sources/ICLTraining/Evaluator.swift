import ICLEngine
import ICLGraph
import ICLPlugins

/// Evaluates predictions on fresh prompts, chunk by chunk.
///
/// Arithmetic is in Double whatever the precision of the run: the ratio to the best possible loss
/// must not hang on rounding.
struct Evaluator {
  static let chunk = 4096

  private let options: RunOptions
  private let model: ModelInstance
  private let task: TaskInstance
  private let metrics: [NamedMetric]
  private let source: PromptSource
  private let program: Program
  private let inputs: Program?
  /// What metrics want to read besides targets.
  private let recorded: [Signature.TensorSpec]
  private let hasOracle: Bool
  /// In Double; nil for a model without parameters.
  private let parameters: ParameterStore?

  /// - Parameters:
  ///   - composition: of the evaluation's task and the model.
  ///   - parameters: the trained values; nil for a model without parameters.
  init(
    _ evaluation: ResolvedEvaluation, _ options: RunOptions, model: ModelInstance,
    _ composition: Composition, parameters: ParameterStore?
  ) throws(Failure) {
    self.options = options
    self.model = model
    (task, metrics) = (evaluation.task, evaluation.metrics)
    source = PromptSource(task: evaluation.task, seed: options.seed)
    let signature = composition.signature
    let needs = metrics.reduce(into: MetricNeeds()) { $0.formUnion($1.instance.needs) }
    recorded = signature.tensors.filter {
      ($0.role == .latent && needs.contains(.latents))
        || ($0.role == .input && needs.contains(.inputs))
    }
    hasOracle = composition.oracleLosses != nil
    let configuration = options.engine(precision: .double)
    let roots =
      [composition.predictions, composition.tensors["target"]!, composition.losses]
      + (composition.oracleLosses.map { [$0] } ?? [])
      + recorded.map { composition.tensors[$0.name]! }
    let seed = options.seed
    let tensors = composition.tensors
    let store = try failing {
      try parameters.map { try $0.converted(for: composition.graph, seed: seed) }
    }
    self.parameters = store
    (program, inputs) = try failing {
      let (graph, kept) = composition.graph.simplified(keeping: roots)
      let program = try Program(
        graph, roots: kept, seed: seed, configuration: configuration, parameters: store)
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

  /// - Parameter observe: an error that it throws ends the evaluation.
  func evaluate(
    prompts: Int, observe: (_ done: Int) throws -> Void = { _ in }
  ) throws(Failure) -> Evaluation {
    let signature = task.signature
    var losses = LossStatistics(positions: signature.positions)
    var oracle = LossStatistics(positions: signature.positions)
    var values: [(id: String, values: [MetricValues])] = []
    try failing {
      var isFinished = false
      defer { if !isFinished { for metric in metrics { metric.instance.abandon() } } }
      for metric in metrics { try metric.instance.begin(signature) }
      var first = 0
      while first < prompts {
        let count = min(Self.chunk, prompts - first)
        let chunk = try evaluateChunk(first: first, count: count)
        losses.add(chunk.losses, count: count)
        if let best = chunk.oracleLosses { oracle.add(best, count: count) }
        for metric in metrics { try metric.instance.accumulate(chunk) }
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

  private func evaluateChunk(first: Int, count: Int) throws -> EvaluationChunk {
    var batch = Program.Batch(
      step: StepRange.evaluation, firstPrompt: UInt64(first), count: count,
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
    var chunk = EvaluationChunk(
      count: count, predictions: program.values(of: 0), targets: program.values(of: 1),
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
  /// The same values in Double.
  func converted(for graph: Graph, seed: UInt64) throws -> ParameterStore {
    if precision == .double { return self }
    let store = try ParameterStore(graph, seed: seed, precision: .double)
    for index in names.indices { store.set(index, values(index)) }
    return store
  }
}
