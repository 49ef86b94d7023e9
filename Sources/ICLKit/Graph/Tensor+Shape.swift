import CICL

extension Tensor {
  public func reshaped(_ shape: [Int]) -> Tensor {
    make { $0.reshape($1, node, UInt32(shape.count), extents(shape)) }
  }

  /// Stretches extents of 1, aligned at the last axes.
  public func broadcast(to shape: [Int]) -> Tensor {
    make { $0.broadcast($1, node, UInt32(shape.count), extents(shape)) }
  }

  /// Axis i of the result is axis permutation[i] of this.
  public func transposed(_ permutation: [Int]) -> Tensor {
    guard permutation.count == rank else {
      return graph.fail("transposed: \(permutation) does not permute the axes of \(shape)")
    }
    return make { $0.transpose($1, node, permutation.map(position)) }
  }

  /// Rows of the first axis.
  public subscript(rows: Range<Int>) -> Tensor { slice(rows, axis: 0) }

  /// Part of one axis, which is counted from the end if negative.
  public func slice(_ range: Range<Int>, axis: Int, by step: Int = 1) -> Tensor {
    let shape = shape
    let position = Int(position(axis))
    guard shape.indices.contains(position) else {
      return graph.fail("slice: axis \(axis) of shape \(shape)")
    }
    var start = [Int](repeating: 0, count: shape.count)
    var stop = shape
    var stride = [Int](repeating: 1, count: shape.count)
    start[position] = range.lowerBound
    stop[position] = range.upperBound
    stride[position] = step
    return make { $0.slice($1, node, extents(start), extents(stop), extents(stride)) }
  }

  /// Adds entries before and after along one axis.
  public func padded(axis: Int, before: Int = 0, after: Int = 0, value: Double = 0) -> Tensor {
    let position = Int(position(axis))
    guard shape.indices.contains(position) else {
      return graph.fail("padded: axis \(axis) of shape \(shape)")
    }
    var lower = [Int](repeating: 0, count: rank)
    var upper = lower
    lower[position] = before
    upper[position] = after
    return make { $0.pad($1, node, extents(lower), extents(upper), value) }
  }

  /// Rows along an axis, by number: indices has rank 1.
  public func gather(_ indices: Tensor, axis: Int = 0) -> Tensor {
    make { $0.gather($1, node, indices.node, position(axis)) }
  }
}

/// Puts tensors one behind the other along an axis, counted from the end if negative.
public func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
  precondition(!tensors.isEmpty, "concatenate needs a tensor")
  return tensors[0].make {
    $0.concatenate(
      $1, UInt32(tensors.count), tensors.map(\.node), tensors[0].position(axis))
  }
}
