import ICLEngine
import ICLGraph
import ICLPlugins

/// Evaluates predictions on fresh prompts, chunk by chunk.
///
/// Arithmetic is in Double whatever the precision of the run: the ratio to the best possible loss
/// must not hang on rounding.
struct Evaluator {
  static let chunk = 4096

  private let run: ResolvedRun
  private let source: PromptSource
  private let program: Program
  private let inputs: Program?
  /// What metrics want to read besides targets.
  private let recorded: [Signature.TensorSpec]
  private let hasOracle: Bool
  /// What each metric declared, by name, with its root in the program.
  private let declared: [[(name: String, root: Int)]]
  /// For metrics that ask for parameters: as they are, and as they were before training.
  private let parameters: ParameterStore?
  private let start: ParameterStore?

  /// - Parameter parameters: the trained values; nil for a model without parameters.
  init(_ run: ResolvedRun, _ composition: Composition, parameters: ParameterStore?) throws(Failure)
  {
    self.run = run
    source = PromptSource(task: run.task, seed: run.options.seed)
    let signature = composition.signature
    let needs = run.metrics.reduce(into: MetricNeeds()) { $0.formUnion($1.needs) }
    recorded = signature.tensors.filter {
      ($0.role == .latent && needs.contains(.latents))
        || ($0.role == .input && needs.contains(.inputs))
    }
    hasOracle = composition.oracleLosses != nil
    let configuration = run.options.engine(precision: .double)
    var roots =
      [composition.predictions, composition.tensors["target"]!, composition.losses]
      + (composition.oracleLosses.map { [$0] } ?? [])
      + recorded.map { composition.tensors[$0.name]! }
    let (whole, values) = try composition.declaring(run.metrics)
    declared = values.map { values in
      values.sorted { $0.key < $1.key }.map { name, node in
        roots.append(node)
        return (name, roots.count - 1)
      }
    }
    let seed = run.options.seed
    let fresh = { () throws(Failure) -> ParameterStore? in
      guard !composition.graph.parameters.isEmpty else { return nil }
      return try failing {
        try ParameterStore(composition.graph, seed: seed, precision: run.options.precision)
      }
    }
    let given = parameters
    let parameters = if let given { given } else { try fresh() }
    self.parameters = parameters
    start = try needs.contains(.start) ? fresh() : nil
    let wanted = roots
    let tensors = composition.tensors
    let model = run.model
    (program, inputs) = try failing {
      let store = try parameters.map { try $0.converted(for: composition.graph, seed: seed) }
      let (graph, kept) = whole.simplified(keeping: wanted)
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
    Double(program.bytesPerThread + (inputs?.bytesPerThread ?? 0)) * Double(run.options.threads)
  }

  /// - Parameter step: optimizer steps done.
  func evaluate(
    prompts: Int, step: Int = 0, observe: (_ done: Int) -> Void = { _ in }
  ) throws(Failure) -> Evaluation {
    let signature = run.task.signature
    let snapshot = snapshot(step: step)
    var losses = LossStatistics(positions: signature.positions)
    var oracle = LossStatistics(positions: signature.positions)
    var values: [(id: String, values: [MetricValues])] = []
    try failing {
      var isFinished = false
      defer { if !isFinished { for metric in run.metrics { metric.abandon() } } }
      for metric in run.metrics {
        try metric.begin(signature)
        try metric.observe(snapshot)
      }
      var first = 0
      while first < prompts {
        let count = min(Self.chunk, prompts - first)
        var chunk = try evaluateChunk(first: first, count: count)
        losses.add(chunk.losses, count: count)
        if let best = chunk.oracleLosses { oracle.add(best, count: count) }
        for (metric, declared) in zip(run.metrics, declared) {
          chunk.declared = Dictionary(
            uniqueKeysWithValues: declared.map { ($0.name, program.values(of: $0.root)) })
          try metric.accumulate(chunk)
        }
        first += count
        observe(first)
      }
      for metric in run.metrics { values.append((metric.component.id, try metric.finish())) }
      isFinished = true
    }
    return Evaluation(
      prompts: prompts, signature: signature, losses: losses, oracle: hasOracle ? oracle : nil,
      metrics: values)
  }

  private func snapshot(step: Int) -> RunSnapshot {
    let needs = run.metrics.reduce(into: MetricNeeds()) { $0.formUnion($1.needs) }
    let reads = !needs.isDisjoint(with: [.parameters, .start])
    return RunSnapshot(
      step: step, steps: run.options.steps,
      parameters: reads ? parameters?.tensors ?? [] : [], start: start?.tensors ?? [],
      settings: run.values.map {
        RunSnapshot.Setting(owner: "\($0.owner)", name: $0.name, value: $0.value)
      })
  }

  private func evaluateChunk(first: Int, count: Int) throws -> EvaluationChunk {
    var batch = Program.Batch(
      step: StepRange.evaluation, firstPrompt: UInt64(first), count: count,
      weight: 1 / Double(count))
    batch.inputs = try source.tensors(step: batch.step, first: batch.firstPrompt, count: count)
    if let inputs {
      let signature = run.task.signature
      try inputs.run(batch)
      let read = signature.inputs.indices.map { inputs.values(of: $0) }
      batch.inputs[Composition.predictionsInput] = try run.model.predict(
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
