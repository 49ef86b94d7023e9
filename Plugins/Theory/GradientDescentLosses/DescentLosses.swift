/// Expected losses of gradient descent from zero on a context, half the mean squared error.
///
/// y = xᵀ W without noise, W of variance s², entries of x independent, symmetric about 0, with
/// variance σ² and kurtosis κ = E x⁴/σ⁴. With weights a_i on the pairs, ŷ = Σ a_i y_i (x_i · x_q):
///     L(a) = ½ D σ² s² [1 - 2 σ² A₁ + σ⁴ (A₁² + c A₂)],  A₁ = Σ a_i, A₂ = Σ a_i², c = D + κ - 2
public struct DescentLosses: Sendable {
  public var dimension: Int
  public var pairs: Int
  public var variance: Double
  public var kurtosis: Double
  /// s²
  public var weightVariance: Double

  public init(
    dimension: Int, pairs: Int, variance: Double, kurtosis: Double, weightVariance: Double = 1
  ) {
    self.dimension = dimension
    self.pairs = pairs
    self.variance = variance
    self.kurtosis = kurtosis
    self.weightVariance = weightVariance
  }

  public var c: Double { Double(dimension) + kurtosis - 2 }
  private var n: Double { Double(pairs) }

  /// Of the prediction 0.
  public var zero: Double { 0.5 * Double(dimension) * variance * weightVariance }

  /// Of all weights a_i = b: one step of size η = b N.
  public func loss(scale b: Double) -> Double {
    loss(sum: b * n, squares: b * b * n)
  }

  public func loss(sum: Double, squares: Double) -> Double {
    zero * (1 - 2 * variance * sum + variance * variance * (sum * sum + c * squares))
  }

  // MARK: One step

  /// η* = N / (σ² (N + c)).
  public var bestStep: Double { n / (variance * (n + c)) }
  /// ½ D σ² s² c / (N + c).
  public var best: Double { zero * c / (n + c) }

  /// With a_i = b λ^(N-i) at the best b, and the pairs that this is worth, A₁²/A₂.
  public func discounted(_ lambda: Double) -> (loss: Double, effectivePairs: Double) {
    var (sum, squares, weight) = (0.0, 0.0, 1.0)
    for _ in 0..<pairs {
      sum += weight
      squares += weight * weight
      weight *= lambda
    }
    let effective = sum * sum / squares
    return (zero * c / (effective + c), effective)
  }

  /// Mini-batches of m in turn, from the weights before each: η* = m / (σ² (m + c)),
  /// L = ½ D σ² s² (c / (m + c))^(N/m). m divides N; m = 1 is the delta rule.
  public func miniBatch(_ m: Int) -> (step: Double, loss: Double) {
    let share = c / (Double(m) + c)
    let loss = (0..<pairs / m).reduce(zero) { loss, _ in loss * share }
    return (Double(m) / (variance * (Double(m) + c)), loss)
  }

  /// k labels are N(0, 1) instead: the loss of a step η, and the best step. For s = 1.
  public func corrupted(_ k: Int, step: Double) -> Double {
    let (linear, square) = corruption(k)
    return zero - step * linear + 0.5 * step * step * square
  }

  public func bestCorruptedStep(_ k: Int) -> Double {
    let (linear, square) = corruption(k)
    return linear / square
  }

  private func corruption(_ k: Int) -> (linear: Double, square: Double) {
    let (d, whole) = (Double(dimension), Double(pairs - k))
    let fourth = variance * variance
    return (
      whole / n * d * fourth,
      (whole * d * fourth * variance * (whole + c) + Double(k) * d * fourth) / (n * n)
    )
  }
}
