import ICLGraph
import ICLPlugins

/// The values of a composition that can be asked for by name.
///
/// The model's own names (`layers.1.attention.scores`), its parameters, the tensors of the prompt
/// (`x`, `target`), `predictions` and `losses`; those that a task names begin with `task.`.
public struct NamedValues: Sendable {
  public struct Value: Hashable, Sendable {
    public let name: String
    /// Of one prompt.
    public let shape: [Int]
    /// Whether it differs from prompt to prompt.
    public let isBatched: Bool
    /// Floating-point operations of this node alone, for one prompt.
    public let flops: Double
    let node: NodeID
  }

  /// In the order in which they are computed.
  public let values: [Value]

  init(_ composition: Composition) {
    var nodes = composition.graph.names.merging(composition.tensors) { _, tensor in tensor }
    nodes["predictions"] = composition.predictions
    nodes["losses"] = composition.losses
    if let oracle = composition.oracleLosses { nodes["oracle-losses"] = oracle }
    let graph = composition.graph
    values = nodes.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { name, node in
      Value(
        name: name, shape: graph.shape(of: node).extents, isBatched: graph[node].isBatched,
        flops: graph.flops(of: node), node: node)
    }
  }

  public subscript(name: String) -> Value? { values.first { $0.name == name } }

  /// Those that any of the patterns fits, in the order in which they are computed. `*` stands for any
  /// letters, `?` for one.
  public func matching(_ patterns: [String]) throws(Failure) -> [Value] {
    for pattern in patterns where !values.contains(where: { matches($0.name, pattern) }) {
      throw unknown(pattern)
    }
    return values.filter { value in patterns.contains { matches(value.name, $0) } }
  }

  func unknown(_ name: String, key: String = "--node") -> Failure {
    Failure(
      .configuration, key: key, "no value is called '\(name)'.",
      hint: nearestName(to: name, among: values.map(\.name)).map { "Did you mean '\($0)'?" }
        ?? "icl-host describe MODEL --task TASK lists them.")
  }
}

/// Whether a name is what a pattern of `*` and `?` says.
///
/// After a mismatch only the last star can have been too short, so nothing is tried twice.
private func matches(_ name: String, _ pattern: String) -> Bool {
  let (name, pattern) = (Array(name), Array(pattern))
  var (i, j) = (0, 0)
  var star: (name: Int, pattern: Int)?
  while i < name.count {
    if j < pattern.count, pattern[j] == "*" {
      star = (i, j)
      j += 1
    } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
      i += 1
      j += 1
    } else if let last = star {
      star = (last.name + 1, last.pattern)
      i = last.name + 1
      j = last.pattern + 1
    } else {
      return false
    }
  }
  return pattern[j...].allSatisfy { $0 == "*" }
}
