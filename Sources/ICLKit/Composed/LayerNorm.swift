extension Tensor {
  /// (x - mean) / sqrt(variance + epsilon) over the last axis, times gain, plus bias.
  public func layerNorm(gain: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5) -> Tensor
  {
    let centred = self - mean(axis: -1, keepAxis: true)
    let variance = centred.squared().mean(axis: -1, keepAxis: true)
    return (centred * (variance + epsilon).reciprocalSquareRoot()).scaled(gain, bias)
  }

  /// x / sqrt(mean of x² + epsilon) over the last axis, times gain.
  public func rootMeanSquareNorm(gain: Tensor? = nil, epsilon: Double = 1e-5) -> Tensor {
    let square = squared().mean(axis: -1, keepAxis: true)
    return (self * (square + epsilon).reciprocalSquareRoot()).scaled(gain, nil)
  }

  private func scaled(_ gain: Tensor?, _ bias: Tensor?) -> Tensor {
    let product = gain.map { self * $0 } ?? self
    return bias.map { product + $0 } ?? product
  }
}
