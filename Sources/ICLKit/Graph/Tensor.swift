import CICL

/// A tensor of one prompt, computed later by the host.
public struct Tensor {
  public let graph: Graph
  let node: icl_node

  init(_ node: icl_node, in graph: Graph) {
    self.node = node
    self.graph = graph
  }

  /// Row-major, outermost axis first. Empty for scalars, and after an error.
  public var shape: [Int] {
    var extents = [UInt64](repeating: 0, count: Int(ICL_MAX_RANK))
    let rank = graph.table.shape(graph.builder, node, &extents)
    return extents.prefix(Int(rank)).map { Int($0) }
  }

  public var rank: Int { shape.count }

  /// The extent of an axis, counted from the end if negative; 1 after an error.
  public func extent(_ axis: Int) -> Int {
    let shape = shape
    let position = axis < 0 ? axis + shape.count : axis
    return shape.indices.contains(position) ? shape[position] : 1
  }

  /// Gives the value a name that users can record, read and patch.
  public func named(_ name: String) -> Tensor { make { $0.name($1, node, name) } }

  /// An axis as the host counts it; one that does not exist becomes too large, which it explains.
  func position(_ axis: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: axis < 0 ? axis + rank : axis)
  }

  func make(_ call: (icl_graph, OpaquePointer?) -> icl_node) -> Tensor {
    Tensor(call(graph.table, graph.builder), in: graph)
  }
}
