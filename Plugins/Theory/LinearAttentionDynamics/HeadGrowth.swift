import Glibc

/// One head of separate attention learning one component: |v| = ‖k‖ = ‖q‖, k ∥ q ∥ e_d,
///     τ v̇ = g v² - s λ v⁵
/// up to v* = μ^(1/3). Section 3 of arXiv 2501.16265; the closed form is derived: with b = s λ / g,
/// c = b^(1/3), t(v) = τ/g {F(v) - F(v₀)}, F(v) = -1/v + c G(c v),
///     G(x) = -⅓ ln(1 - x) + ⅙ ln(1 + x + x²) - 1/√3 atan((2 x + 1)/√3)
public struct HeadGrowth: Hashable, Sendable {
  /// g_d.
  public let drive: Double
  /// v*.
  public let limit: Double

  public init(_ population: Population, component d: Int) {
    drive = population.drive[d]
    limit = cubeRoot(population.optimum[d])
  }

  /// How long it takes from one value of v to a later one, in units of τ; both in (0, v*).
  public func time(from start: Double, to end: Double) -> Double {
    (primitive(end) - primitive(start)) / drive
  }

  /// 1 / (g v₀), the leading part of the time that a start v₀ waits.
  public func plateauTime(start: Double) -> Double { 1 / (drive * start) }

  /// v at a time after the start, by bisection of the closed form.
  public func value(at time: Double, start: Double) -> Double {
    guard start < limit else { return limit }
    var (low, high) = (start, limit)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if self.time(from: start, to: middle) < time { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  private func primitive(_ v: Double) -> Double {
    let x = v / limit
    let root = 3.0.squareRoot()
    let g =
      -Glibc.log1p(-x) / 3 + Glibc.log(1 + x + x * x) / 6
      - Glibc.atan((2 * x + 1) / root) / root
    return -1 / v + g / limit
  }
}
