/// How GD++ narrows the spectrum (arXiv 2402.14180, Theorem 5.1): x ← (I - γ Σ) x.
public enum Contraction {
  /// κ - 1 before the first layer and after each, for γ = 1 / (3 ν) with ν the largest eigenvalue:
  ///     κ ← κ (4/9) / (1 - 1/(3 κ))²,   κ - 1 ← (κ - 1) … without cancellation.
  public static func excesses(condition: Double, layers: Int) -> [Double] {
    var excess = condition - 1
    var all = [excess]
    for _ in 0..<layers {
      // 4κ/9 - (1 - 1/(3κ))² over (1 - 1/(3κ))², as a polynomial in ε = κ - 1.
      let kappa = 1 + excess
      let numerator = excess * excess * (4 * kappa - 1) / (9 * kappa * kappa)
      let shrunk = 1 - 1 / (3 * kappa)
      excess = numerator / (shrunk * shrunk)
      all.append(excess)
    }
    return all
  }

  /// The condition number after each layer of GD++ with the given step, by eigenvalue:
  /// λ ← λ (1 - γ λ)².
  public static func eigenvalues(_ values: [Double], steps: [Double]) -> [[Double]] {
    var current = values
    return steps.map { gamma in
      current = current.map { $0 * (1 - gamma * $0) * (1 - gamma * $0) }
      return current
    }
  }
}
