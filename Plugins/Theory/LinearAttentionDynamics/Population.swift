/// The moments of noise-free in-context regression that decide how linear attention learns, in the
/// eigenbasis of the covariance Λ of x.
///
/// With β = f/c Σ y_j x_j over c pairs, ŷ = βᵀ W x and w ~ N(0, I):
///     E[y β xᵀ] = diag(g_d),  E[β βᵀ] = diag(s_d),  E[x xᵀ] = diag(λ_d),  E[y²] = tr Λ
/// For N pairs and f = 1: g_d = λ_d², s_d = λ_d (λ_d + (λ_d + tr Λ) / N) = λ_d² a_d.
/// Zhang, Singh, Latham and Saxe 2025 (arXiv 2501.16265), section 3; f and varying c: derived.
public struct Population: Hashable, Sendable {
  /// λ_d, largest first wherever "the first components" are meant.
  public let eigenvalues: [Double]
  /// g_d, what drives a component.
  public let drive: [Double]
  /// s_d.
  public let square: [Double]

  /// A number of pairs, its weight in the loss, and what β is divided by besides.
  public struct Context: Hashable, Sendable {
    public var pairs: Int
    public var weight: Double
    public var factor: Double

    public init(pairs: Int, weight: Double, factor: Double) {
      self.pairs = pairs
      self.weight = weight
      self.factor = factor
    }
  }

  public init(eigenvalues: [Double], contexts: [Context]) {
    let trace = eigenvalues.reduce(0, +)
    self.eigenvalues = eigenvalues
    let share = contexts.reduce(0) { $0 + $1.weight * $1.factor }
    drive = eigenvalues.map { share * $0 * $0 }
    square = eigenvalues.map { value in
      contexts.reduce(0) { sum, context in
        guard context.pairs > 0 else { return sum }
        let factor = context.weight * context.factor * context.factor
        return sum + factor * value * (value + (value + trace) / Double(context.pairs))
      }
    }
  }

  /// N pairs in every prompt.
  public init(eigenvalues: [Double], contextLength n: Int) {
    self.init(eigenvalues: eigenvalues, contexts: [Context(pairs: n, weight: 1, factor: 1)])
  }

  /// The mean over 1…N pairs, with sums divided by the pairs c, or by the tokens c + 1.
  public init(eigenvalues: [Double], contextsUpTo n: Int, byTokens: Bool) {
    self.init(
      eigenvalues: eigenvalues,
      contexts: (1...n).map {
        Context(
          pairs: $0, weight: 1 / Double(n),
          factor: byTokens ? Double($0) / Double($0 + 1) : 1)
      })
  }

  public var dimension: Int { eigenvalues.count }
  public var trace: Double { eigenvalues.reduce(0, +) }
  /// ‖diag g‖_F, the rate at which two small layers grow together.
  public var driveNorm: Double { drive.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  /// a_d, for N pairs: 1 + (1 + tr Λ / λ_d) / N.
  public var inflation: [Double] {
    eigenvalues.indices.map { square[$0] / (eigenvalues[$0] * eigenvalues[$0]) }
  }
  /// μ_d, the eigenvalues of the best W; 1 / (λ_d a_d) for N pairs.
  public var optimum: [Double] {
    eigenvalues.indices.map { drive[$0] / (eigenvalues[$0] * square[$0]) }
  }
}
