import ICLKit

/// What a recurrent model keeps from token to token.
///
/// A prompt usually comes whole, and every recollection is zeros. A host that feeds a prompt pair by
/// pair sets the property `stream` of the signature to the pairs that came before; then x has one
/// row, y the label of the x before it (no y where nothing came before), and the inputs
/// `[scope.]state.NAME` are what the last call named so. The node `state-values` counts the numbers.
public final class Memory {
  private let graph: Graph
  private let inputs: Set<String>
  /// Pairs that came before, where the prompt comes pair by pair.
  private let pairsBefore: Int?
  private var count = 0

  public init(_ graph: Graph, _ task: Signature) {
    self.graph = graph
    inputs = Set(task.tensors.map(\.name))
    pairsBefore = task.properties["stream"].map { Int($0) }
  }

  public var isStreaming: Bool { pairsBefore != nil }
  /// Whether tokens came before the first that is seen now.
  public var isContinued: Bool { (pairsBefore ?? 0) > 0 }

  /// What was kept under the name, or zeros at the start.
  public func recall(_ name: String, _ shape: [Int], in graph: Graph) -> Tensor {
    guard isContinued else { return graph.zeros(shape) }
    return graph.input(graph.path.isEmpty ? "state.\(name)" : "\(graph.path).state.\(name)")
  }

  /// Once for each name, with the shape that it is recalled in.
  public func keep(_ name: String, _ value: Tensor) {
    _ = value.named("state.\(name)")
    count += value.shape.reduce(1, *)
  }

  /// Numbers that a model holds which does not keep them here: keys and values of attention.
  public func count(_ values: Int) { count += values }

  /// At the end of `build`, outside of scopes.
  public func close() { _ = graph.constant([Double(count)], [1]).named("state-values") }
}
