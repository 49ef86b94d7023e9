import ICLEngine
import ICLGraph
import ICLPlugins
import ICLRecords

/// Records and replaces named values of a model, trained or as it starts.
public struct Probe {
  private let model: ComposedModel
  public let values: NamedValues

  /// - Parameter parameters: nil for a model without parameters, or as it starts.
  init(_ run: ResolvedRun, parameters: ParameterStore?) throws(Failure) {
    try self.init(
      ComposedModel(
        run.compose(), model: run.model, task: run.task, options: run.options,
        parameters: parameters))
  }

  init(_ model: ComposedModel) {
    self.model = model
    values = NamedValues(model.composition)
  }

  /// The model as it starts.
  public init(_ run: ResolvedRun) throws(Failure) { try self.init(run, parameters: nil) }

  /// The loss with patches, beside the loss without.
  public func effect(
    of patches: [Patch], prompts: Int, observe: (RunEvent) -> Void = { _ in }
  ) throws(Failure) -> PatchEffect {
    try PatchedModel(model, patches, prompts: prompts).effect(of: patches, prompts: prompts) {
      observe(.evaluating(done: $0, of: prompts))
    }
  }

  /// What was recorded.
  public struct Recording: Hashable, Sendable {
    public struct Array: Hashable, Sendable {
      public let name: String
      /// Begins with the number of prompts, unless the value is the same for all.
      public let shape: [Int]
    }
    public let path: String
    public let prompts: Int
    public let arrays: [Array]

    public var document: JSON {
      [
        "path": .text(path), "prompts": .integer(prompts),
        "arrays": .array(
          arrays.map {
            ["name": .text($0.name), "shape": .array($0.shape.map { .integer($0) })]
          }),
      ]
    }
  }

  /// Writes values that patterns name to an `.npz`, in Double: an array has shape [prompts] + the
  /// value's, or the value's alone where it is the same for all prompts.
  public func record(
    _ patterns: [String], patches: [Patch] = [], prompts: Int, to path: String
  ) throws(Failure) -> Recording {
    guard prompts >= 1 else {
      throw Failure(
        .configuration, key: "--prompts",
        "expected a whole number of at least 1, found '\(prompts)'.")
    }
    let patched = try PatchedModel(model, patches, prompts: prompts)
    let wanted = try NamedValues(patched.composition).matching(patterns)
    let reader = try patched.reader(of: wanted.map(\.node))
    let arrays = wanted.map {
      Recording.Array(name: $0.name, shape: ($0.isBatched ? [prompts] : []) + $0.shape)
    }
    // As many prompts at once as keep what they record below 64 MiB.
    let size = wanted.reduce(1) { $0 + ($1.isBatched ? $1.shape.reduce(1, *) : 0) }
    let chunk = min(Evaluator.chunk, max(1, (8 << 20) / size))
    try failing {
      let writer = try NpzWriter(
        path: path, members: arrays.map { .init(name: $0.name, shape: $0.shape) })
      for first in stride(from: 0, to: prompts, by: chunk) {
        let count = min(chunk, prompts - first)
        let read = try reader.values(
          first: first, count: count, weight: 1 / Double(count),
          others: patched.inputs(first: first, count: count))
        for index in wanted.indices where wanted[index].isBatched || first == 0 {
          try writer.append(read[index], to: index)
        }
      }
      try writer.finish()
    }
    return Recording(path: path, prompts: prompts, arrays: arrays)
  }
}
