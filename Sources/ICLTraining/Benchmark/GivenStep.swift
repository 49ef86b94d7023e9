import ICLEngine
import ICLGraph
import ICLPlugins
import ICLRecords

extension ResolvedRun {
  /// Computes one step on prompts and parameters that another program made, for it to compare.
  ///
  /// Inputs: `prompt.TENSOR` [prompts] + its shape, for the tensors that are read, and
  /// `parameter.NAME`. Outputs: `loss` [1], `predictions` [prompts, positions, outputs],
  /// `gradient.NAME`, and `run.STREAM` for each tensor that is drawn once a run. In the run's
  /// precision.
  public func computeStep(inputs: String, outputs: String) throws(Failure) {
    let composition = try Composition(task: task, model: model, readsPrompts: true)
    let drawn = composition.graph.drawnOnce(for: [composition.losses, composition.predictions])
    let (graph, kept) = try composition.trainingGraph(
      keeping: [composition.predictions] + drawn.map(\.node))
    try failing {
      let given = try NpzReader(path: inputs)
      let store = try ParameterStore(
        composition.graph, seed: options.seed, precision: options.precision)
      for index in store.names.indices {
        let shape = store.shapes[index].extents
        store.set(index, try given.values("parameter.\(store.names[index])", shape))
      }
      let prompts = try given.prompts(graph, roots: kept)
      let program = try Program(
        graph, roots: kept, seed: options.seed,
        configuration: options.engine(precision: options.precision), parameters: store)
      try program.run(
        Program.Batch(
          step: 0, firstPrompt: 0, count: prompts.count, weight: 1 / Double(prompts.count),
          inputs: prompts.values))
      let results =
        [("loss", [1])]
        + zip(store.names, store.shapes).map { ("gradient.\($0)", $1.extents) }
        + [("predictions", [prompts.count] + signature.targetShape.extents)]
        + drawn.map { ("run.\($0.stream)", composition.graph.shape(of: $0.node).extents) }
      let writer = try NpzWriter(
        path: outputs, members: results.map { .init(name: $0.0, shape: $0.1) })
      for index in results.indices { try writer.append(program.values(of: index), to: index) }
      try writer.finish()
    }
  }

  private var signature: Signature { task.signature }
}

extension NpzReader {
  /// An array of exactly this shape.
  fileprivate func values(_ name: String, _ shape: [Int]) throws -> [Double] {
    let array = try array(name)
    guard array.header.shape == shape else {
      throw Failure(
        .badData, key: name, "expected the shape \(shape), found \(array.header.shape).")
    }
    return array.values
  }

  /// The tensors that the roots need, and how many prompts they are.
  fileprivate func prompts(
    _ graph: Graph, roots: [NodeID]
  ) throws -> (values: [String: [Double]], count: Int) {
    var values: [String: [Double]] = [:]
    var count: Int?
    for id in graph.reachable(from: roots) {
      guard case .input(let name) = graph[id].operation else { continue }
      let array = try array("prompt.\(name)")
      count = count ?? array.header.shape.first
      values[name] = try self.values("prompt.\(name)", [count ?? 0] + graph[id].shape.extents)
    }
    return (values, count ?? 0)
  }
}

extension Graph {
  /// Random tensors that are the same for all prompts.
  fileprivate func drawnOnce(for roots: [NodeID]) -> [(stream: String, node: NodeID)] {
    reachable(from: roots).compactMap { id in
      guard case .random(let source) = self[id].operation, source.scope == .run else { return nil }
      return (source.stream, id)
    }
  }
}
