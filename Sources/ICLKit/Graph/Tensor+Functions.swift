import CICL

extension Tensor {
  public func exp() -> Tensor { unary(ICL_EXP) }
  public func log() -> Tensor { unary(ICL_LOG) }
  public func squareRoot() -> Tensor { unary(ICL_SQRT) }
  public func reciprocalSquareRoot() -> Tensor { unary(ICL_RSQRT) }
  public func reciprocal() -> Tensor { unary(ICL_RECIPROCAL) }
  public func squared() -> Tensor { unary(ICL_SQUARE) }
  public func magnitude() -> Tensor { unary(ICL_ABS) }
  /// -1, 0 or 1; derivative zero.
  public func sign() -> Tensor { unary(ICL_SIGN) }
  public func sin() -> Tensor { unary(ICL_SIN) }
  public func cos() -> Tensor { unary(ICL_COS) }
  public func tanh() -> Tensor { unary(ICL_TANH) }
  public func sigmoid() -> Tensor { unary(ICL_SIGMOID) }
  public func softplus() -> Tensor { unary(ICL_SOFTPLUS) }
  public func relu() -> Tensor { unary(ICL_RELU) }
  /// x Φ(x), with the exact normal distribution function.
  public func gelu() -> Tensor { unary(ICL_GELU) }
  /// x sigmoid(x).
  public func silu() -> Tensor { unary(ICL_SILU) }
  public func erf() -> Tensor { unary(ICL_ERF) }
  /// Derivative zero.
  public func floor() -> Tensor { unary(ICL_FLOOR) }
  /// The value itself; derivative zero.
  public func stopGradient() -> Tensor { unary(ICL_STOP_GRADIENT) }
}
