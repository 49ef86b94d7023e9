import ICLEngine
import ICLGraph
import ICLPlugins

/// A model on a task with given parameters, whose values can be computed for fresh prompts.
///
/// Arithmetic is in Double, and prompts are those of an evaluation with the same seed.
struct ComposedModel {
  let composition: Composition
  let model: ModelInstance
  let task: TaskInstance
  let options: RunOptions
  /// In Double.
  let parameters: ParameterStore?

  /// - Parameter parameters: nil where the model is as it starts.
  init(
    _ composition: Composition, model: ModelInstance, task: TaskInstance, options: RunOptions,
    parameters: ParameterStore?
  ) throws(Failure) {
    self.composition = composition
    self.model = model
    self.task = task
    self.options = options
    self.parameters = try failing {
      try parameters?.converted(for: composition.graph, seed: options.seed)
    }
  }

  /// Computes some nodes of a graph that extends the composition's.
  func reader(of nodes: [NodeID], in graph: Graph) throws(Failure) -> ValueReader {
    try ValueReader(self, graph, nodes)
  }
}

/// A program for some values of a model.
final class ValueReader {
  private let owner: ComposedModel
  private let count: Int
  private let source: PromptSource
  private let program: Program
  /// What a model that computes by itself reads.
  private let inputs: Program?

  init(_ owner: ComposedModel, _ graph: Graph, _ nodes: [NodeID]) throws(Failure) {
    self.owner = owner
    count = nodes.count
    source = PromptSource(task: owner.task, seed: owner.options.seed)
    let configuration = owner.options.engine(precision: .double)
    let seed = owner.options.seed
    (program, inputs) = try failing {
      let (simple, roots) = graph.simplified(keeping: nodes)
      let program = try Program(
        simple, roots: roots, seed: seed, configuration: configuration,
        parameters: owner.parameters)
      guard owner.model.predictsByItself else { return (program, nil) }
      let composition = owner.composition
      let (data, read) = composition.graph.simplified(
        keeping: composition.signature.inputs.map { composition.tensors[$0.name]! })
      return (program, try Program(data, roots: read, seed: seed, configuration: configuration))
    }
  }

  /// The values of all nodes for some prompts: [count] + the shape of each; or the shape alone where
  /// it is the same for all prompts.
  ///
  /// - Parameter others: inputs that the graph has besides.
  func values(
    first: Int, count: Int, weight: Double, others: [String: [Double]] = [:]
  ) throws(Failure) -> [[Double]] {
    try failing {
      var batch = Program.Batch(
        step: StepRange.evaluation, firstPrompt: UInt64(first), count: count, weight: weight)
      batch.inputs = try source.tensors(step: batch.step, first: batch.firstPrompt, count: count)
      if let inputs {
        let signature = owner.task.signature
        try inputs.run(batch)
        batch.inputs[Composition.predictionsInput] = try owner.model.predict(
          signature: signature, count: count,
          inputs: signature.inputs.indices.map { inputs.values(of: $0) })
      }
      batch.inputs.merge(others) { _, other in other }
      try program.run(batch)
      return (0..<self.count).map { program.values(of: $0) }
    }
  }
}
