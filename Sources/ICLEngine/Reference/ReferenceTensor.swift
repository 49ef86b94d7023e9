import ICLGraph

/// One tensor of one prompt, row-major.
struct ReferenceTensor {
  var values: [Double]
  let shape: Shape

  subscript(index: [Int]) -> Double { values[offset(of: index, strides: shape.strides)] }
}

/// The place of an element in row-major order.
func offset(of index: [Int], strides: [Int]) -> Int {
  var sum = 0
  for axis in index.indices { sum += index[axis] * strides[axis] }
  return sum
}

/// Counts through all indices, the last axis fastest.
func forEachIndex(_ extents: [Int], _ body: (_ index: [Int]) -> Void) {
  if extents.contains(0) { return }
  var index = [Int](repeating: 0, count: extents.count)
  while true {
    body(index)
    var axis = extents.count - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < extents[axis] { break }
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

/// A new tensor from a rule for each element.
func tensor(_ shape: Shape, _ element: (_ index: [Int]) -> Double) -> [Double] {
  var values: [Double] = []
  values.reserveCapacity(shape.count)
  forEachIndex(shape.extents) { values.append(element($0)) }
  return values
}

/// Calls the body with the offsets of each line along an axis.
func forEachLine(_ shape: Shape, axis: Int, _ body: (_ line: [Int]) -> Void) {
  let strides = shape.strides
  forEachIndex(shape.removing([axis]).extents) { rest in
    var index = rest
    index.insert(0, at: axis)
    let start = offset(of: index, strides: strides)
    body((0..<shape[axis]).map { start + $0 * strides[axis] })
  }
}
