import ICLGraph

extension GradientCase {
  package static let elementwise: [GradientCase] = unary + binary + selections

  private static let unary: [GradientCase] = UnaryOperation.allCases.flatMap { operation in
    let domain: Domain =
      [.log, .sqrt, .rsqrt].contains(operation) ? .positive : .signed
    // A gradient must not flow through stopGradient, whatever differences say.
    if operation == .stopGradient { return [GradientCase]() }
    return [[], [1], [3, 5]].map { shape in
      GradientCase("\(operation)", [shape], domain) { $0.unary(operation, $1[0]) }
    }
  }

  private static let binary: [GradientCase] = BinaryOperation.allCases.flatMap { operation in
    let pairs: [[Shape]] = [
      [[], []], [[1], [3]], [[3, 5], [3, 5]], [[2, 1, 3], [5, 1]], [[4], [7, 4]], [[], [2, 3]],
    ]
    return pairs.map { shapes in
      GradientCase("\(operation)", shapes, operation == .power ? .positive : .signed) {
        try $0.binary(operation, $1[0], $1[1])
      }
    }
  }

  private static let selections: [GradientCase] = [
    GradientCase("select", [[3], [2, 3], [2, 1]]) {
      try $0.select($0.binary(.less, $1[0], $0.scalar(0)), $1[1], $1[2])
    },
    GradientCase("select between one operand's functions", [[5]]) {
      let isNegative = try $0.binary(.less, $1[0], $0.scalar(0))
      return try $0.select(isNegative, $0.unary(.square, $1[0]), $0.unary(.sin, $1[0]))
    },
    GradientCase("operand used three times", [[2, 3], [3]]) {
      let product = try $0.binary(.multiply, $1[0], $1[1])
      let cubed = try $0.binary(.multiply, product, $0.unary(.square, $1[1]))
      return try $0.binary(.add, cubed, $1[1])
    },
  ]
}
