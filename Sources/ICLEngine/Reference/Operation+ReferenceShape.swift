import ICLGraph

extension Operation {
  /// Operations that only move values: where each element of the result comes from.
  func referenceMove(_ operands: [ReferenceTensor], _ shape: Shape) -> [Double] {
    let source = operands[0]
    switch self {
    case .reshape: return source.values
    case .transpose(let permutation):
      return tensor(shape) { index in
        var place = index
        for (axis, origin) in permutation.enumerated() { place[origin] = index[axis] }
        return source[place]
      }
    case .slice(let start, _, let stride):
      return tensor(shape) { index in
        source[index.indices.map { start[$0] + index[$0] * stride[$0] }]
      }
    case .concatenate(let axis):
      return tensor(shape) { index in
        var place = index
        for part in operands {
          if place[axis] < part.shape[axis] { return part[place] }
          place[axis] -= part.shape[axis]
        }
        return .nan
      }
    case .pad(let before, _, let interior, let value):
      return tensor(shape) { index in
        var place = index
        for axis in index.indices {
          let (quotient, remainder) = (index[axis] - before[axis]).quotientAndRemainder(
            dividingBy: interior[axis] + 1)
          guard index[axis] >= before[axis], remainder == 0, quotient < source.shape[axis] else {
            return value
          }
          place[axis] = quotient
        }
        return source[place]
      }
    case .broadcast:
      let skipped = shape.rank - source.shape.rank
      return tensor(shape) { index in
        source[
          source.shape.extents.indices.map { source.shape[$0] == 1 ? 0 : index[skipped + $0] }]
      }
    case .gather(let axis):
      return tensor(shape) { index in
        var place = index
        place[axis] = row(operands[1].values[index[axis]], of: source.shape[axis])
        return source[place]
      }
    case .scatterAdd(let axis, let extent):
      var result = [Double](repeating: 0, count: shape.count)
      let strides = shape.strides
      forEachIndex(source.shape.extents) { index in
        var place = index
        place[axis] = row(operands[1].values[index[axis]], of: extent)
        result[offset(of: place, strides: strides)] += source[index]
      }
      return result
    default: fatalError("\(self) does more than move values")
    }
  }
}

/// The row that an index from data means: its whole part, and the nearest row where it is out of
/// range; the first for NaN.
private func row(_ index: Double, of extent: Int) -> Int {
  index.isNaN ? 0 : Int(min(max(index, 0), Double(extent - 1)))
}
