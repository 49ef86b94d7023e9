import ICLGraph

/// Evaluates a graph in Double with plain loops, one prompt after the other.
///
/// It is the truth that every fast path is held against: it shares no code with them, knows no
/// tiles, and computes every operation by its definition.
public struct ReferenceInterpreter: Sendable {
  public init() {}

  /// One array a root: an unbatched root is one tensor, a batched one is `count` tensors, prompt
  /// outermost.
  ///
  /// - Parameters:
  ///   - inputs: `count` tensors for a batched input, one for an unbatched input.
  ///   - parameters: a parameter that is not given has its initial value.
  ///   - random: the numbers of a source for a prompt; the prompt is 0 where the scope is the run.
  ///   - weights: the `promptWeight` of each prompt; 1 / count where empty.
  /// - Throws: `ReferenceError` for what is missing or has the wrong size, and what a custom
  ///   operation throws.
  public func evaluate(
    _ graph: Graph, roots: [NodeID], prompts count: Int, inputs: [String: [Double]] = [:],
    parameters: [String: [Double]] = [:],
    random: (RandomSource, Shape, Int) -> [Double] = { _, shape, _ in
      [Double](repeating: 0, count: shape.count)
    },
    weights: [Double] = []
  ) throws -> [[Double]] {
    guard weights.isEmpty || weights.count == count else {
      throw ReferenceError("\(weights.count) prompt weights for \(count) prompts")
    }
    let weights =
      weights.isEmpty ? [Double](repeating: 1 / Double(count), count: count) : weights
    return try withoutActuallyEscaping(random) { random in
      var evaluation = Evaluation(
        graph: graph, count: count, inputs: inputs, parameters: parameters, weights: weights,
        random: random)
      return try evaluation.values(of: roots).map { $0.tensors.flatMap { $0 } }
    }
  }
}

public struct ReferenceError: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// A node's value: one tensor for each prompt, or one for all of them.
struct ReferenceValue {
  var tensors: [[Double]]
  var isBatched: Bool

  subscript(prompt: Int) -> [Double] { tensors[isBatched ? prompt : 0] }
}
