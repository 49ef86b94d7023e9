extension Operation {
  /// The inputs, of `count`, through which a derivative flows.
  func differentiableInputs(count: Int) -> Range<Int> {
    switch self {
    case .input, .parameter, .constant, .random, .promptWeight, .firstMaximum: 0..<0
    case .unary(.sign), .unary(.floor), .unary(.stopGradient): 0..<0
    case .binary(.less), .binary(.equal): 0..<0
    case .select: 1..<3
    case .gather, .scatterAdd, .softmax: 0..<1
    default: 0..<count
    }
  }
}

extension Graph {
  /// For every node, whether its derivative for one of the targets may differ from zero.
  func activity(of targets: [NodeID]) -> [Bool] {
    var isActive = [Bool](repeating: false, count: nodes.count)
    for target in targets { isActive[target.index] = true }
    for (index, node) in nodes.enumerated() where !isActive[index] {
      let range = node.operation.differentiableInputs(count: node.inputs.count)
      isActive[index] = node.inputs[range].contains { isActive[$0.index] }
    }
    return isActive
  }
}
