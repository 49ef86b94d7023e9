/// A node's place in its graph. Inputs always stand before their users.
public struct NodeID: Hashable, Sendable, Comparable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

public struct Node: Hashable, Sendable {
  public let operation: Operation
  public let inputs: [NodeID]
  public let shape: Shape
  /// Whether it differs from prompt to prompt. Others are computed once a step.
  public let isBatched: Bool
}

/// The computation of one prompt, in single-assignment form; the batch is implicit.
///
/// Nodes are only appended, and equal nodes are one node.
public struct Graph: Sendable {
  public internal(set) var nodes: [Node] = []
  /// Names that plugins gave to values, with their scope: "layers.0.scores".
  public internal(set) var names: [String: NodeID] = [:]
  /// In the order of declaration.
  public internal(set) var parameters: [Parameter] = []
  var known: [Node: NodeID] = [:]

  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let node: NodeID
    /// Computed once a run, from random and constant nodes.
    public let initial: NodeID
  }

  public init() {}

  public subscript(id: NodeID) -> Node { nodes[id.index] }

  public func shape(of id: NodeID) -> Shape { nodes[id.index].shape }

  /// Appends a node whose shape is known to be right. Plugins go through the checked functions.
  public mutating func append(
    _ operation: Operation, _ inputs: [NodeID], shape: Shape, isBatched: Bool? = nil
  ) -> NodeID {
    let batched = isBatched ?? inputs.contains { self[$0].isBatched }
    let node = Node(operation: operation, inputs: inputs, shape: shape, isBatched: batched)
    if let id = known[node] { return id }
    let id = NodeID(nodes.count)
    nodes.append(node)
    known[node] = id
    return id
  }

  /// Gives a value a name that users can ask for.
  public mutating func setName(_ name: String, for id: NodeID) { names[name] = id }

  /// The nodes that `roots` need, in order.
  public func reachable(from roots: [NodeID]) -> [NodeID] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for root in roots { needed[root.index] = true }
    for index in nodes.indices.reversed() where needed[index] {
      for input in nodes[index].inputs { needed[input.index] = true }
    }
    return nodes.indices.filter { needed[$0] }.map(NodeID.init)
  }
}
