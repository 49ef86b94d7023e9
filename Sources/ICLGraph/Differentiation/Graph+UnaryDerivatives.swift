extension Graph {
  /// The derivative of a unary operation at x, where it has value y; nil where it is zero.
  mutating func derivative(
    of operation: UnaryOperation, at x: NodeID, value y: NodeID
  ) throws(GraphError) -> NodeID? {
    let one = scalar(1)
    switch operation {
    case .sign, .floor, .stopGradient: return nil
    case .negate: return scalar(-1)
    case .exp: return y
    case .log: return unary(.reciprocal, x)
    case .sqrt: return try scale(unary(.reciprocal, y), by: 0.5)
    case .rsqrt: return try scale(multiply(y, unary(.square, y)), by: -0.5)
    case .reciprocal: return unary(.negate, unary(.square, y))
    case .square: return try scale(x, by: 2)
    case .abs: return unary(.sign, x)
    case .sin: return unary(.cos, x)
    case .cos: return unary(.negate, unary(.sin, x))
    case .tanh: return try subtract(one, unary(.square, y))
    case .sigmoid: return try multiply(y, subtract(one, y))
    case .softplus: return unary(.sigmoid, x)
    case .relu: return try binary(.less, scalar(0), x)
    case .gelu:
      // Phi(x) + x phi(x), with the standard normal distribution function and density.
      let half = unary(.erf, try scale(x, by: 0.5.squareRoot()))
      let distribution = try scale(add(half, one), by: 0.5)
      let gaussian = unary(.exp, try scale(unary(.square, x), by: -0.5))
      let density = try scale(gaussian, by: 0.5 * (2 / Double.pi).squareRoot())
      return try add(distribution, multiply(x, density))
    case .silu:
      let s = unary(.sigmoid, x)
      return try multiply(s, add(one, multiply(x, subtract(one, s))))
    case .erf:
      let gaussian = unary(.exp, unary(.negate, unary(.square, x)))
      return try scale(gaussian, by: 2 / Double.pi.squareRoot())
    }
  }
}
