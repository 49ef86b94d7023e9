import Glibc

extension Graph {
  /// The value of a tensor of constants that are all equal.
  func uniformValue(_ id: NodeID) -> Double? {
    switch self[id].operation {
    case .constant(let values):
      guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
      return first
    case .slice(let start, let stop, _):
      let inner = self[self[id].inputs[0]]
      if case .pad(let before, _, let interior, let value) = inner.operation {
        let source = shape(of: inner.inputs[0])
        let missesAll = source.extents.indices.contains { axis in
          let end = before[axis] + source[axis] + max(source[axis] - 1, 0) * interior[axis]
          return stop[axis] <= before[axis] || start[axis] >= end
        }
        if missesAll { return value }
      }
      return uniformValue(self[id].inputs[0])
    case .broadcast, .reshape, .transpose: return uniformValue(self[id].inputs[0])
    default: return nil
    }
  }

  mutating func uniform(_ value: Double, _ shape: Shape) -> NodeID {
    let scalar = scalar(value)
    return shape.rank == 0 ? scalar : append(.broadcast, [scalar], shape: shape)
  }
}

extension Rewriter {
  /// Elementwise operations of constants, and moves of uniform ones.
  func uniformOperands(_ node: Node) -> [Double]? {
    var values: [Double] = []
    for input in node.inputs {
      guard let value = source.uniformValue(input) else { return nil }
      values.append(value)
    }
    return values
  }

  mutating func foldedConstant(_ id: NodeID) -> NodeID? {
    let node = source[id]
    guard node.shape.count > 0, !node.inputs.isEmpty, let values = uniformOperands(node) else {
      return nil
    }
    switch node.operation {
    case .unary(let operation):
      return folded(operation, values[0]).map { graph.uniform($0, node.shape) }
    case .binary(let operation):
      return folded(operation, values[0], values[1]).map { graph.uniform($0, node.shape) }
    case .select: return graph.uniform(values[0] != 0 ? values[1] : values[2], node.shape)
    case .reshape, .transpose, .slice, .broadcast: return graph.uniform(values[0], node.shape)
    default: return nil
    }
  }

  /// Functions that every precision computes alike to the last digit or nearly so; others stay.
  private func folded(_ operation: UnaryOperation, _ x: Double) -> Double? {
    switch operation {
    case .negate: -x
    case .square: x * x
    case .reciprocal: 1 / x
    case .sqrt: x.squareRoot()
    case .rsqrt: 1 / x.squareRoot()
    case .exp: exp(x)
    case .log: log(x)
    case .abs: abs(x)
    case .floor: x.rounded(.down)
    case .stopGradient: x
    default: nil
    }
  }

  private func folded(_ operation: BinaryOperation, _ a: Double, _ b: Double) -> Double? {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .less: a < b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .maximum: a < b ? b : a
    case .minimum: b < a ? b : a
    case .power: pow(a, b)
    }
  }
}
