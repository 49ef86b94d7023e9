import ICLEngine
import ICLGraph
import ICLPlugins
import ICLRecords

/// Draws prompts of a task on its own, for other programs to read.
public struct TaskSampling {
  private let task: TaskInstance
  private let options: RunOptions

  public init(task: TaskInstance, options: RunOptions) {
    self.task = task
    self.options = options
  }

  /// Finds a task and checks its options.
  public init(
    task name: String, settings: Settings, in catalog: PluginCatalog
  ) throws(Failure) {
    options = try RunOptions(settings[.run])
    task = try failing {
      try catalog.resolve(name, kind: .task).makeTask(settings[.task])
    }
  }

  public var signature: Signature { task.signature }

  /// Writes all tensors, latents too, in Double: array `x` has shape [prompts] + the shape of `x`.
  ///
  /// They are the prompts that the first step of a run with this seed trains on.
  public func write(prompts: Int, to path: String) throws(Failure) {
    guard prompts >= 1 else {
      throw Failure(
        .configuration, key: "--prompts",
        "expected a whole number of at least 1, "
          + "found '\(prompts)'.")
    }
    let tensors = task.signature.tensors
    try failing {
      let draw = try drawing(tensors)
      let writer = try NpzWriter(
        path: path,
        members: tensors.map { .init(name: $0.name, shape: [prompts] + $0.shape.extents) })
      var first = 0
      while first < prompts {
        let count = min(Evaluator.chunk, prompts - first)
        for (index, values) in try draw(first, count).enumerated() {
          try writer.append(values, to: index)
        }
        first += count
      }
      try writer.finish()
    }
  }

  /// Gives the values of each tensor for some prompts.
  private func drawing(
    _ tensors: [Signature.TensorSpec]
  ) throws -> (_ first: Int, _ count: Int) throws -> [[Double]] {
    guard task.declares else {
      let source = PromptSource(task: task, seed: options.seed)
      return { first, count in
        let values = try source.tensors(step: 0, first: UInt64(first), count: count)
        return tensors.map { values[$0.name] ?? [] }
      }
    }
    var graph = Graph()
    let nodes = try Composition.prompt(of: task, in: &graph)
    let (simple, roots) = graph.simplified(keeping: tensors.map { nodes[$0.name]! })
    let program = try Program(
      simple, roots: roots, seed: options.seed, configuration: options.engine(precision: .double))
    return { first, count in
      try program.run(
        Program.Batch(
          step: 0, firstPrompt: UInt64(first), count: count, weight: 1 / Double(count)))
      return tensors.indices.map { program.values(of: $0) }
    }
  }
}
