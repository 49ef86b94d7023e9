/// A finished head of separate attention of some rank that has learnt a set of components:
///     v = (Σ μ_d)^(1/3),  ‖k_d‖ = ‖q_d‖ = √(μ_d / v)
/// Derived from the conserved v² - Σ_r ‖k_r‖².
public struct RankHead: Hashable, Sendable {
  /// |v|.
  public let value: Double
  /// ‖k_d‖ for each learnt component.
  public let keys: [Double]

  public init(_ population: Population, components: [Int]) {
    let optimum = components.map { population.optimum[$0] }
    let value = cubeRoot(optimum.reduce(0, +))
    self.value = value
    keys = optimum.map { ($0 / value).squareRoot() }
  }
}
