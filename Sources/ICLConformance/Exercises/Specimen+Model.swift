internal import CICL
internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins

/// A model's graph for some prompts, with every tensor as an input.
struct BuiltModel {
  var graph: Graph
  let signature: Signature
  let tensors: [String: NodeID]
  let predictions: NodeID

  /// Values of nodes for some prompts, on the engine.
  func values(
    of roots: [NodeID], _ prompts: Prompts, seed: UInt64, threads: Int = 1,
    precision: Precision = .double, parameters: ParameterStore? = nil
  ) throws -> [[Double]] {
    let program = try Program(
      graph, roots: roots, seed: seed,
      configuration: EngineConfiguration(precision: precision, threads: threads),
      parameters: parameters)
    try program.run(
      Program.Batch(
        step: 0, firstPrompt: 0, count: prompts.count, weight: 1 / Double(prompts.count),
        inputs: prompts.tensors))
    return roots.indices.map {
      everyPrompt(program.values(of: $0), prompts.count, graph.shape(of: roots[$0]))
    }
  }

  /// Operations that the plugin computes by itself, with their inputs.
  var customs: [(operation: CustomOperation, node: NodeID, inputs: [NodeID])] {
    graph.reachable(from: [predictions]).compactMap { id in
      guard case .custom(let operation) = graph[id].operation else { return nil }
      return (operation, id, graph[id].inputs)
    }
  }
}

extension Specimen {
  var predictsByItself: Bool { component.modelTable?.predict != nil }

  func build(_ signature: Signature) throws -> BuiltModel {
    guard let model = component.model(lent: pointer, memory: trial) else {
      throw Inapplicable(reason: "it is no model")
    }
    var graph = Graph()
    var tensors: [String: NodeID] = [:]
    for tensor in signature.tensors {
      tensors[tensor.name] = graph.input(tensor.name, tensor.shape)
    }
    let predictions = try trial.call(label("build")) {
      try model.build(in: &graph, scope: PromptScope(tensors), signature: signature)
    }
    return BuiltModel(
      graph: graph, signature: signature, tensors: tensors, predictions: predictions)
  }

  /// Predictions [count, positions, outputs] by the plugin's own function.
  func predict(_ prompts: Prompts) throws -> [Double] {
    let (raw, inputs, output) = predictionBuffers(prompts)
    try trial.watching(
      label("predict"), zip(prompts.signature.inputs.map(\.name), inputs).map { ($0, $1) }
    ) {
      try call(predict: raw, inputs, output, prompts.count)
    }
    return output.values()
  }

  /// Whatever the model is.
  func predictions(_ prompts: Prompts, threads: Int = 1) throws -> [Double] {
    if predictsByItself { return try predict(prompts) }
    let built = try build(prompts.signature)
    return try trial.call(label("the graph")) {
      try built.values(of: [built.predictions], prompts, seed: trial.seed, threads: threads)[0]
    }
  }

  /// Whether it can be tried with a companion; throws what it says where it refuses.
  func takes(_ companion: Companion, _ scorings: [Signature.Scoring]) throws -> Bool {
    company = companion
    defer { company = nil }
    guard component.kind == .metric else {
      guard let prompts = try? trial.prompts(companion, count: 2),
        scorings.contains(prompts.signature.scoring)
      else { return false }
      _ = try predictions(prompts)
      return true
    }
    guard !trial.cast.unsuited.contains(companion) else { return false }
    guard trial.outlives(companion), let scene = try? trial.scene(companion, count: Self.evaluated)
    else {
      trial.cast.unsuited.insert(companion)
      return false
    }
    _ = try evaluate(scene)
    return true
  }

  /// Whether it is given a companion's prompts: a graph is built and not run.
  func builds(_ companion: Companion) throws -> Bool {
    company = companion
    defer { company = nil }
    guard let prompts = try? trial.prompts(companion, count: 2) else { return false }
    if component.kind == .metric {
      guard let scene = try? trial.scene(companion, count: Self.evaluated) else { return false }
      _ = try evaluate(scene)
    } else if predictsByItself {
      _ = try predict(prompts)
    } else {
      _ = try build(prompts.signature)
    }
    return true
  }

  /// Prompts that the model takes.
  func prompts(
    count: Int, _ scorings: [Signature.Scoring] = [.everyPrefix, .query]
  ) throws -> (prompts: Prompts, predictions: [Double]) {
    let (prompts, values) = try trial.accepted(self, count: count, scorings) { try predictions($0) }
    return (prompts, values)
  }

  func predictionBuffers(
    _ prompts: Prompts
  ) -> (UnsafePointer<icl_signature>, [GuardedBuffer], GuardedBuffer) {
    let inputs = zip(prompts.signature.inputs, prompts.inputs).map {
      trial.input("input \($0.name)", $1)
    }
    let output = trial.output(
      "predictions", prompts.count * prompts.signature.targetShape.count, as: Double.self)
    return (trial.signature(prompts.signature), inputs, output)
  }

  func call(
    predict signature: UnsafePointer<icl_signature>, _ inputs: [GuardedBuffer],
    _ output: GuardedBuffer, _ count: Int
  ) throws {
    guard let predict = component.modelTable?.predict else {
      throw Inapplicable(reason: "it has a graph and does not predict by itself")
    }
    let table = trial.pointers(
      inputs.map { UnsafePointer($0.address.assumingMemoryBound(to: Double.self)) })
    try trial.status(label("predict")) { error in
      predict(
        pointer, signature, UInt64(count), table,
        output.address.assumingMemoryBound(to: Double.self), error)
    }
  }

  func exerciseModel(_ plan: Exercise) throws -> Transcript {
    var transcript = Transcript()
    let (prompts, values) = try trial.accepted(self, count: plan.count) {
      try predictions($0, threads: plan.threads)
    }
    transcript.add("predictions", values)
    if !predictsByItself {
      let built = try build(prompts.signature)
      for (number, custom) in built.customs.enumerated() {
        let outcome = try CustomTrial(self, built, custom, prompts)
        transcript.add("custom \(number)", try outcome.forward())
        if custom.operation.pullback != nil {
          for gradient in try outcome.pullback() { transcript.add("pullback", gradient) }
        }
      }
    }
    return transcript
  }
}
