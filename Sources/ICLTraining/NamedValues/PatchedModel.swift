import ICLEngine
import ICLGraph
import ICLPlugins

/// A model some of whose values are replaced, and what that needs of the model as it is.
struct PatchedModel {
  /// As it is.
  let original: ComposedModel
  let composition: Composition
  /// What `other-prompt` reads of the model as it is, and the inputs that take it.
  private let others: (reader: ValueReader, inputs: [String])?

  /// - Parameter prompts: over which `mean` is taken.
  init(_ original: ComposedModel, _ patches: [Patch], prompts: Int) throws(Failure) {
    self.original = original
    guard !original.model.predictsByItself || patches.isEmpty else {
      throw Failure(
        .configuration, key: "--patch",
        "model \(original.model.component.id) computes by itself and has no values to replace.")
    }
    let known = NamedValues(original.composition)
    var values: [(patch: Patch, value: NamedValues.Value)] = []
    for patch in patches {
      guard let value = known[patch.name] else { throw known.unknown(patch.name, key: "--patch") }
      guard !values.contains(where: { $0.value.node == value.node }) else {
        throw Failure(.usage, key: "--patch", "'\(patch.name)' is replaced twice.")
      }
      guard value.isBatched || patch.content == .zero else {
        throw Failure(
          .configuration, key: "--patch",
          "'\(patch.name)' is the same for all prompts, so \(patch.content.rawValue) changes nothing.",
          hint: "It can become zero.")
      }
      values.append((patch, value))
    }
    let means = try original.means(
      of: values.filter { $0.patch.content == .mean }.map(\.value.node), prompts: prompts)
    let rotated = values.filter { $0.patch.content == .otherPrompt }
    func input(_ patch: Patch) -> String { "patch.\(patch.name)" }
    composition = try original.composition.replacing { graph in
      var replacements: [NodeID: NodeID] = [:]
      for (patch, value) in values {
        let shape = Shape(value.shape)
        replacements[value.node] =
          switch patch.content {
          case .zero: try graph.broadcast(graph.scalar(0), to: shape)
          case .mean: try graph.constant(means[value.node]!, shape)
          case .otherPrompt: graph.input(input(patch), shape)
          }
      }
      return replacements
    }
    for (patch, value) in values {
      let alone = try original.composition.replacing { graph in
        [value.node: graph.input(input(patch), Shape(value.shape))]
      }
      guard alone.predictions != original.composition.predictions else {
        throw Failure(
          .configuration, key: "--patch", "the prediction does not depend on '\(patch.name)'.",
          hint: "icl-host graph draws what does.")
      }
    }
    others =
      rotated.isEmpty
      ? nil
      : (
        try original.reader(of: rotated.map(\.value.node), in: original.composition.graph),
        rotated.map { input($0.patch) }
      )
  }

  /// What the composition's inputs for replaced values get for some prompts: each the value of the
  /// prompt after it.
  func inputs(first: Int, count: Int) throws(Failure) -> [String: [Double]] {
    guard let (reader, names) = others else { return [:] }
    let values = try reader.values(first: first + 1, count: count, weight: 0)
    return Dictionary(uniqueKeysWithValues: zip(names, values))
  }

  func reader(of nodes: [NodeID]) throws(Failure) -> ValueReader {
    try original.reader(of: nodes, in: composition.graph)
  }
}

extension ComposedModel {
  /// The mean of each node over prompts 0 ..< prompts.
  fileprivate func means(
    of nodes: [NodeID], prompts: Int
  ) throws(Failure) -> [NodeID: [Double]] {
    guard !nodes.isEmpty else { return [:] }
    var graph = composition.graph
    let sums = try failing {
      try nodes.map { graph.batchSum(try graph.binary(.multiply, graph.promptWeight(), $0)) }
    }
    let reader = try reader(of: sums, in: graph)
    var means = nodes.map { [Double](repeating: 0, count: graph.shape(of: $0).count) }
    for first in stride(from: 0, to: prompts, by: Evaluator.chunk) {
      let parts = try reader.values(
        first: first, count: min(Evaluator.chunk, prompts - first), weight: 1 / Double(prompts))
      for (index, part) in parts.enumerated() {
        for element in part.indices { means[index][element] += part[element] }
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(nodes, means))
  }
}
