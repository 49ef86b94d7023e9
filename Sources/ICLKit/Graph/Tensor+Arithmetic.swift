import CICL

// Shapes are aligned at their last axes; an extent of 1 stretches.
extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.binary(ICL_ADD, b) }
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.binary(ICL_SUBTRACT, b) }
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.binary(ICL_MULTIPLY, b) }
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.binary(ICL_DIVIDE, b) }

  public static func + (a: Tensor, b: Double) -> Tensor { a + a.graph.constant(b) }
  public static func - (a: Tensor, b: Double) -> Tensor { a - a.graph.constant(b) }
  public static func * (a: Tensor, b: Double) -> Tensor { a * a.graph.constant(b) }
  public static func / (a: Tensor, b: Double) -> Tensor { a / a.graph.constant(b) }
  public static func + (a: Double, b: Tensor) -> Tensor { b.graph.constant(a) + b }
  public static func - (a: Double, b: Tensor) -> Tensor { b.graph.constant(a) - b }
  public static func * (a: Double, b: Tensor) -> Tensor { b.graph.constant(a) * b }
  public static func / (a: Double, b: Tensor) -> Tensor { b.graph.constant(a) / b }

  public static prefix func - (a: Tensor) -> Tensor { a.unary(ICL_NEGATE) }

  /// For a base above 0.
  public func power(_ exponent: Tensor) -> Tensor { binary(ICL_POWER, exponent) }
  public func power(_ exponent: Double) -> Tensor { power(graph.constant(exponent)) }

  /// 1 where this is less, else 0.
  public func less(than other: Tensor) -> Tensor { binary(ICL_LESS, other) }
  /// 1 where both are equal, else 0.
  public func equal(to other: Tensor) -> Tensor { binary(ICL_EQUAL, other) }

  /// The first where this is not zero, the second where it is.
  public func select(_ ifNonzero: Tensor, else ifZero: Tensor) -> Tensor {
    make { $0.select($1, node, ifNonzero.node, ifZero.node) }
  }

  func binary(_ operation: UInt32, _ other: Tensor) -> Tensor {
    guard graph.builder == other.graph.builder else {
      return graph.fail("the body of a scan may use only the tensors that it is given")
    }
    return make { $0.binary($1, operation, node, other.node) }
  }

  func unary(_ operation: UInt32) -> Tensor { make { $0.unary($1, operation, node) } }
}

public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { a.binary(ICL_MAXIMUM, b) }
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { a.binary(ICL_MINIMUM, b) }
