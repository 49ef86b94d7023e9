import ICLGraph

/// The sum over all values of the labels that the result does not have.
func referenceEinsum(
  _ spec: EinsumSpec, _ operands: [ReferenceTensor], _ shape: Shape
) -> [Double] {
  let parts = [spec.left] + (spec.right.map { [$0] } ?? [])
  let labelCount = (parts.joined().max() ?? -1) + 1
  var extents = [Int](repeating: 1, count: labelCount)
  var strides: [[Int]] = []
  for (labels, operand) in zip(parts, operands) {
    var byLabel = [Int](repeating: 0, count: labelCount)
    for (axis, label) in labels.enumerated() {
      extents[label] = operand.shape[axis]
      byLabel[label] = operand.shape.strides[axis]
    }
    strides.append(byLabel)
  }
  var outputStrides = [Int](repeating: 0, count: labelCount)
  for (axis, label) in spec.output.enumerated() { outputStrides[label] = shape.strides[axis] }
  var result = [Double](repeating: 0, count: shape.count)
  forEachIndex(extents) { index in
    var product = 1.0
    for (operand, strides) in zip(operands, strides) {
      product *= operand.values[offset(of: index, strides: strides)]
    }
    result[offset(of: index, strides: outputStrides)] += product
  }
  return result
}

func referenceReduce(
  _ reduction: Reduction, _ axes: [Int], _ operand: ReferenceTensor, _ shape: Shape
) -> [Double] {
  let kept = operand.shape.extents.indices.filter { !axes.contains($0) }
  let strides = shape.strides
  let start = reduction == .max ? -Double.infinity : 0
  var result = [Double](repeating: start, count: shape.count)
  forEachIndex(operand.shape.extents) { index in
    let place = offset(of: kept.map { index[$0] }, strides: strides)
    let value = operand[index]
    switch reduction {
    case .sum, .mean: result[place] += value
    case .max: if !(value <= result[place]) { result[place] = value }
    }
  }
  if reduction == .mean {
    let count = axes.reduce(1) { $0 * operand.shape[$1] }
    for place in result.indices { result[place] /= Double(count) }
  }
  return result
}

/// 1 at the first maximum, in row-major order, over the axes.
func referenceFirstMaximum(_ axes: [Int], _ operand: ReferenceTensor) -> [Double] {
  let kept = operand.shape.extents.indices.filter { !axes.contains($0) }
  let strides = operand.shape.strides
  var best: [[Int]: [Int]] = [:]
  forEachIndex(operand.shape.extents) { index in
    let group = kept.map { index[$0] }
    if let known = best[group], operand[index] <= operand[known] { return }
    best[group] = index
  }
  var result = [Double](repeating: 0, count: operand.values.count)
  for index in best.values { result[offset(of: index, strides: strides)] = 1 }
  return result
}
