import GraphCases
import ICLGraph

/// Expressions drawn at random from operations that simplification knows.
enum RandomScene {
  static func make(_ seed: Int) throws -> (Scene, NodeID) {
    var scene = Scene()
    var generator = SplitMix("random graph \(seed)")
    let shapes: [Shape] = [[3, 4], [4, 2], [3, 2], [4, 4], [1, 4], [], [3]]
    var known = shapes.enumerated().map {
      scene.leaf(
        "leaf.\($0.offset)", $0.element, isBatched: Bool.random(using: &generator), .signed,
        &generator)
    }
    for _ in 0..<14 {
      if let node = try extend(&scene.graph, known, &generator) { known.append(node) }
    }
    return (scene, known.last!)
  }

  private static func extend(
    _ graph: inout Graph, _ known: [NodeID], _ generator: inout SplitMix
  ) throws -> NodeID? {
    // Late nodes are more likely, so that expressions grow deep.
    let late = known.suffix(4)
    let a =
      (Bool.random(using: &generator) ? late.randomElement(using: &generator) : nil)
      ?? known.randomElement(using: &generator)!
    let b = known.randomElement(using: &generator)!
    let shape = graph.shape(of: a)
    let axis = shape.rank == 0 ? 0 : Int.random(in: 0..<shape.rank, using: &generator)
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: return try? graph.binary(.multiply, a, b)
    case 1: return try? graph.binary(.add, a, b)
    case 2: return try graph.binary(.multiply, a, graph.scalar(-1))
    case 3: return try graph.binary(.divide, a, graph.scalar(4))
    case 4: return graph.unary(.negate, a)
    case 5 where shape.rank == 2: return try graph.transpose(a, [1, 0])
    case 6 where shape.rank > 0 && shape[axis] > 1:
      return try graph.slice(a, axis: axis, 1..<shape[axis])
    case 7 where shape.rank > 0:
      return try graph.reduce(.mean, a, axes: [axis], keepAxes: true)
    case 8 where shape.rank == 2:
      return try? graph.einsum("ij,jk->ik", a, b)
    case 9 where shape.rank == 2: return try? graph.einsum("ij,kj->ki", a, b)
    case 10 where shape.rank == 2: return try graph.einsum("ij,ik->jk", a, a)
    case 11: return try graph.broadcast(a, to: Shape([2] + shape.extents)).self
    default: return graph.unary(.tanh, a)
    }
  }
}
