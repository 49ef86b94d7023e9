/// Merged attention on white inputs, Λ = c I, from an aligned start ‖w₂‖ = ‖W₁‖ = w:
///     ŷ = σ(t) βᵀ x,  σ(t) = E / (c a (E - 1) + √D / w²),  E = exp(2 √D c² t/τ),
///     a = 1 + (1 + D) / N
/// Section 3 of arXiv 2501.16265 for c = 1; other c derived. Times are in units of τ.
public struct WhiteMerged: Hashable, Sendable {
  public let dimension: Int
  public let contextLength: Int
  /// c.
  public let variance: Double
  /// w, the norm of each layer at the start.
  public let start: Double

  public init(dimension: Int, contextLength: Int, variance: Double, start: Double) {
    self.dimension = dimension
    self.contextLength = contextLength
    self.variance = variance
    self.start = start
  }

  private var root: Double { Double(dimension).squareRoot() }
  private var inflation: Double { 1 + Double(1 + dimension) / Double(contextLength) }

  public func sigma(at time: Double) -> Double {
    // Divided by E, which overflows.
    let inverse = exponential(-2 * root * variance * variance * time)
    return 1
      / (variance * inflation * (1 - inverse) + root / (start * start) * inverse)
  }

  /// L = c D (1 - 2 c σ + c² a σ²).
  public func loss(at time: Double) -> Double {
    let share = variance * sigma(at: time)
    return variance * Double(dimension) * (1 - 2 * share + inflation * share * share)
  }

  /// When σ is half of its limit 1 / (c a).
  public var halfTime: Double {
    let odds = root / (start * start * variance * inflation) - 1
    return logarithm(odds) / (2 * root * variance * variance)
  }
}
