/// K = ½ Σ h_i w_i² under exp(-nβ K - γ/2 |w|²), exactly and as Langevin steps of size ε see it.
public struct QuadraticWell: Hashable, Sendable {
  public var curvatures: [Double]
  public var inverseTemperature: Double
  public var localization: Double

  public init(curvatures: [Double], inverseTemperature: Double, localization: Double) {
    self.curvatures = curvatures
    self.inverseTemperature = inverseTemperature
    self.localization = localization
  }

  /// ½ for each direction that is curved.
  public var coefficient: LearningCoefficient {
    LearningCoefficient(Double(curvatures.count { $0 > 0 }) / 2)
  }

  /// nβ E[K] = ½ Σ nβ h_i / (nβ h_i + γ).
  public var gibbs: Double {
    curvatures.reduce(0) { sum, h in
      let pull = inverseTemperature * h
      return sum + 0.5 * pull / (pull + localization)
    }
  }

  /// nβ E[K] of the chain w ← w - ε/2 ((nβ h + γ) w + nβ ζ) + √ε ξ, where ζ has variance c: with
  /// a = nβ h + γ each direction has the variance (ε + (ε nβ)² c / 4) / (1 - (1 - ε a / 2)²).
  ///
  /// Infinite where ε a ≥ 4.
  public func langevin(stepSize e: Double, gradientVariance c: Double = 0) -> Double {
    let n = inverseTemperature
    return curvatures.reduce(0) { sum, h in
      let a = n * h + localization
      guard e * a < 4 else { return .infinity }
      let kept = 1 - e * a / 2
      let variance = (e + e * e * n * n * c / 4) / (1 - kept * kept)
      return sum + 0.5 * n * h * variance
    }
  }
}
