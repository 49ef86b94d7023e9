public import ICLGraph

/// What names a builder may read: the prompt's tensors, as nodes already in the graph.
///
/// It may hold all of them; a model still reads inputs alone.
public struct PromptScope: Sendable {
  public var nodes: [String: NodeID]
  public init(_ nodes: [String: NodeID] = [:]) { self.nodes = nodes }
}
