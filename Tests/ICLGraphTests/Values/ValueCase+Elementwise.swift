import ICLGraph

extension ValueCase {
  private static func unary(
    _ operation: UnaryOperation, at x: [Double] = [-1.5, 0.25, 2], _ expected: [Double]
  ) -> ValueCase {
    ValueCase("\(operation)", [3], expected) { $0.unary(operation, try $0.constant(x, [3])) }
  }

  private static func binary(
    _ operation: BinaryOperation, _ a: [Double], _ b: [Double], _ expected: [Double]
  ) -> ValueCase {
    ValueCase("\(operation)", [3], expected) {
      try $0.binary(operation, $0.constant(a, [3]), $0.constant(b, [3]))
    }
  }

  static let elementwise: [ValueCase] = [
    unary(.negate, [1.5, -0.25, -2]),
    unary(.exp, [0.22313016014842982, 1.2840254166877414, 7.38905609893065]),
    unary(.log, at: [0.25, 1, 9], [-1.3862943611198906, 0, 2.1972245773362196]),
    unary(.sqrt, at: [0.25, 1, 9], [0.5, 1, 3]),
    unary(.rsqrt, at: [0.25, 1, 16], [2, 1, 0.25]),
    unary(.reciprocal, at: [-0.25, 1, 8], [-4, 1, 0.125]),
    unary(.square, [2.25, 0.0625, 4]),
    unary(.abs, [1.5, 0.25, 2]),
    unary(.sign, at: [-1.5, 0, 2], [-1, 0, 1]),
    unary(.sin, [-0.9974949866040544, 0.24740395925452294, 0.9092974268256817]),
    unary(.cos, [0.0707372016677029, 0.9689124217106447, -0.4161468365471424]),
    unary(.tanh, [-0.9051482536448665, 0.24491866240370913, 0.9640275800758169]),
    unary(.sigmoid, [0.18242552380635635, 0.5621765008857981, 0.8807970779778823]),
    unary(.softplus, [0.2014132779827524, 0.8259394198788436, 2.1269280110429727]),
    unary(.relu, [0, 0.25, 2]),
    unary(.gelu, [-0.10021080190328713, 0.14967658142073093, 1.9544997361036416]),
    unary(.silu, [-0.2736382857095345, 0.14054412522144952, 1.7615941559557646]),
    unary(.erf, [-0.9661051464753108, 0.2763263901682369, 0.9953222650189527]),
    unary(.floor, [-2, 0, 2]),
    unary(.stopGradient, [-1.5, 0.25, 2]),
    binary(.add, [1, 2, 3], [10, 20, 30], [11, 22, 33]),
    binary(.subtract, [1, 2, 3], [10, 0.5, 3], [-9, 1.5, 0]),
    binary(.multiply, [1, 2, 3], [10, 0.5, -3], [10, 1, -9]),
    binary(.divide, [1, 2, 3], [4, 0.5, -3], [0.25, 4, -1]),
    binary(.maximum, [1, 2, 3], [4, 0.5, 3], [4, 2, 3]),
    binary(.minimum, [1, 2, 3], [4, 0.5, 3], [1, 0.5, 3]),
    binary(.power, [2, 4, 9], [3, 0.5, -1], [8, 2, 0.1111111111111111]),
    binary(.less, [1, 2, 3], [4, 0.5, 3], [1, 0, 0]),
    binary(.equal, [1, 2, 3], [4, 0.5, 3], [0, 0, 1]),
    ValueCase("binary that stretches both", [2, 3], [11, 12, 13, 21, 22, 23]) {
      try $0.binary(.add, $0.constant([10, 20], [2, 1]), $0.constant([1, 2, 3], [3]))
    },
    ValueCase("select", [3], [1, -2, 3]) {
      try $0.select(
        $0.constant([1, 0, -0.5], [3]), $0.constant([1, 2, 3], [3]),
        $0.constant([-1, -2, -3], [3]))
    },
  ]
}
