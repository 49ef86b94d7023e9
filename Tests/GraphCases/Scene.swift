import ICLEngine
import ICLGraph

/// A graph with leaves whose values are known.
package struct Scene {
  package var graph = Graph()
  package var leaves: [NodeID] = []
  package var values: [String: [Double]] = [:]
  package var prompts = 3

  package init() {}

  /// Adds an input, with values for every prompt if it is batched.
  package mutating func leaf(
    _ name: String, _ shape: Shape, isBatched: Bool, _ domain: Domain,
    _ generator: inout SplitMix
  ) -> NodeID {
    let node = graph.input(name, shape, isBatched: isBatched)
    values[name] = domain.values(shape.count * (isBatched ? prompts : 1), &generator)
    leaves.append(node)
    return node
  }

  package func evaluate(_ roots: [NodeID], _ values: [String: [Double]]? = nil) throws -> [[Double]]
  {
    try ReferenceInterpreter().evaluate(
      graph, roots: roots, prompts: prompts, inputs: values ?? self.values)
  }

  package func name(of leaf: NodeID) -> String {
    guard case .input(let name) = graph[leaf].operation else { return "" }
    return name
  }

  /// The sum over elements and prompts of a node times fixed weights of its own, so that no
  /// element's gradient is equal to another's.
  package mutating func weighted(_ node: NodeID, _ name: String) throws -> NodeID {
    let shape = graph.shape(of: node)
    let isBatched = graph[node].isBatched
    var generator = SplitMix(name)
    let weights = graph.input(name, shape, isBatched: isBatched)
    values[name] = Domain.signed.values(shape.count * (isBatched ? prompts : 1), &generator)
    let product = try graph.binary(.multiply, node, weights)
    let sum = try graph.reduce(.sum, product, axes: Array(0..<shape.rank))
    return isBatched ? graph.batchSum(sum) : sum
  }
}
