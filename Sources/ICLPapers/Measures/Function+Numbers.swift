import Glibc
import ICLTraining

extension Function {
  static let numberByNumber: [Function] = [
    of("abs", "the absolute value") { abs($0) },
    of("sqrt", "the square root") { $0.squareRoot() },
    of("exp", "e to the power of it") { exp($0) },
    of("log", "the natural logarithm") { log($0) },
    of("log2", "the logarithm to base 2") { log2($0) },
    of("log10", "the logarithm to base 10") { log10($0) },
    of("floor", "the next whole number below") { floor($0) },
    of("round", "the nearest whole number") { $0.rounded() },
    of("tanh", "the hyperbolic tangent") { tanh($0) },
    of("is-finite", "1 if it is a finite number, else 0") { $0.isFinite ? 1 : 0 },
    of("not", "1 where it is 0, else 0") { $0 == 0 ? 1 : 0 },
    ofTwo("max", "the larger of two") { max($0, $1) },
    ofTwo("min", "the smaller of two") { min($0, $1) },
    ofTwo("and", "1 where neither is 0") { $0 != 0 && $1 != 0 ? 1 : 0 },
    ofTwo("or", "1 where one is not 0") { $0 != 0 || $1 != 0 ? 1 : 0 },
  ]

  private static func of(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double) -> Double
  ) -> Function {
    Function(name: name, kind: .numbers, parameters: ["value"], summary: summary) { values in
      values[0].map { $0.map(body) }
    }
  }

  private static func ofTwo(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double, Double) -> Double
  ) -> Function {
    Function(name: name, kind: .numbers, parameters: ["a", "b"], summary: summary) { values in
      try values[0].combined(with: values[1]) { try $0.combined(with: $1, body) }
    }
  }
}
