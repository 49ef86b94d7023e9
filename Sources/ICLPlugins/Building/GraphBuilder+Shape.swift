internal import CICL
internal import ICLGraph

extension GraphBuilder {
  func reshape(_ a: icl_node, _ rank: UInt32, _ extents: UnsafePointer<UInt64>?) -> icl_node {
    append("reshape") { (graph) throws(GraphError) in
      try graph.reshape(try node(a, "reshape"), try shape(rank, extents, "reshape"))
    }
  }

  func transpose(_ a: icl_node, _ permutation: UnsafePointer<UInt32>?) -> icl_node {
    append("transpose") { (graph) throws(GraphError) in
      let a = try node(a, "transpose")
      return try graph.transpose(
        a, try integers(permutation, graph.shape(of: a).rank, "transpose", "the permutation"))
    }
  }

  func slice(
    _ a: icl_node, _ start: UnsafePointer<UInt64>?, _ stop: UnsafePointer<UInt64>?,
    _ stride: UnsafePointer<UInt64>?
  ) -> icl_node {
    append("slice") { (graph) throws(GraphError) in
      let a = try node(a, "slice")
      let rank = graph.shape(of: a).rank
      return try graph.slice(
        a, start: try integers(start, rank, "slice", "start"),
        stop: try integers(stop, rank, "slice", "stop"),
        stride: stride == nil ? nil : try integers(stride, rank, "slice", "stride"))
    }
  }

  func concatenate(
    _ count: UInt32, _ handles: UnsafePointer<icl_node>?, _ axis: UInt32
  ) -> icl_node {
    append("concatenate") { (graph) throws(GraphError) in
      try graph.concatenate(try nodes(handles, count, "concatenate"), axis: Int(axis))
    }
  }

  func pad(
    _ a: icl_node, _ before: UnsafePointer<UInt64>?, _ after: UnsafePointer<UInt64>?,
    _ value: Double
  ) -> icl_node {
    append("pad") { (graph) throws(GraphError) in
      let a = try node(a, "pad")
      let rank = graph.shape(of: a).rank
      return try graph.pad(
        a, before: try integers(before, rank, "pad", "before"),
        after: try integers(after, rank, "pad", "after"), value: value)
    }
  }

  func broadcast(_ a: icl_node, _ rank: UInt32, _ extents: UnsafePointer<UInt64>?) -> icl_node {
    append("broadcast") { (graph) throws(GraphError) in
      try graph.broadcast(try node(a, "broadcast"), to: try shape(rank, extents, "broadcast"))
    }
  }

  func gather(_ a: icl_node, _ indices: icl_node, _ axis: UInt32) -> icl_node {
    append("gather") { (graph) throws(GraphError) in
      try graph.gather(
        try node(a, "gather"), indices: try node(indices, "gather"), axis: Int(axis))
    }
  }

  /// Writes the extents and returns the rank; 0 for the null node.
  func shape(of a: icl_node, _ extents: UnsafeMutablePointer<UInt64>?) -> UInt32 {
    guard isOpen("shape"), a != 0 else { return 0 }
    do {
      let shape = graph.shape(of: try node(a, "shape"))
      for (axis, extent) in shape.extents.enumerated() { extents?[axis] = UInt64(extent) }
      return UInt32(shape.rank)
    } catch {
      session.fail(error)
      return 0
    }
  }
}
