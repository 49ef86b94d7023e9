import Glibc
import ICLGraph

func referenceUnary(_ operation: UnaryOperation, _ x: Double) -> Double {
  switch operation {
  case .negate: -x
  case .exp: exp(x)
  case .log: log(x)
  case .sqrt: x.squareRoot()
  case .rsqrt: 1 / x.squareRoot()
  case .reciprocal: 1 / x
  case .square: x * x
  case .abs: abs(x)
  case .sign: x > 0 ? 1 : x < 0 ? -1 : x
  case .sin: sin(x)
  case .cos: cos(x)
  case .tanh: tanh(x)
  case .sigmoid: logistic(x)
  case .softplus: max(x, 0) + log1p(exp(-abs(x)))
  case .relu: x > 0 || x.isNaN ? x : 0
  case .gelu: 0.5 * x * erfc(-x * 0.5.squareRoot())
  case .silu: x * logistic(x)
  case .erf: erf(x)
  case .floor: x.rounded(.down)
  case .stopGradient: x
  }
}

/// 1 / (1 + e^-x), from an exponential that never overflows.
private func logistic(_ x: Double) -> Double {
  let small = exp(-abs(x))
  return x >= 0 ? 1 / (1 + small) : small / (1 + small)
}

func referenceBinary(_ operation: BinaryOperation, _ a: Double, _ b: Double) -> Double {
  switch operation {
  case .add: a + b
  case .subtract: a - b
  case .multiply: a * b
  case .divide: a / b
  case .maximum: a < b ? b : a
  case .minimum: b < a ? b : a
  case .power: pow(a, b)
  case .less: a < b ? 1 : 0
  case .equal: a == b ? 1 : 0
  }
}
