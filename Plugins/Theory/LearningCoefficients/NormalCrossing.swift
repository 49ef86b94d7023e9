import Glibc

/// K = w_1^{2a} w_2^{2b} with w uniform on [-1, 1]²; b = 0 leaves w_2 out.
///
/// λ = 1 / (2 max(a, b)), with multiplicity 2 where a = b.
public struct NormalCrossing: Hashable, Sendable {
  public var a: Int
  public var b: Int

  public init(_ a: Int, _ b: Int) {
    self.a = max(a, b)
    self.b = min(a, b)
  }

  public var coefficient: LearningCoefficient {
    LearningCoefficient(0.5 / Double(a), multiplicity: a == b ? 2 : 1)
  }

  /// nβ E[K] under the Gibbs distribution exp(-nβ K), which an estimator returns instead of λ.
  ///
  /// s = -ln K is a sum of two exponential variables with rates 1/(2a) and 1/(2b), so both integrals
  /// are over s alone: of nβ e⁻ˢ exp(-nβ e⁻ˢ) p(s), and of exp(-nβ e⁻ˢ) p(s). By Simpson's rule.
  public func expectation(inverseTemperature n: Double) -> Double {
    let (first, second) = (0.5 / Double(a), b > 0 ? 0.5 / Double(b) : 0)
    func density(_ s: Double) -> Double {
      if b == 0 { return exp(-first * s) }
      if a == b { return s * exp(-first * s) }
      return exp(-first * s) - exp(-second * s)
    }
    let end = log(n) + 50 / first
    let intervals = 200_000
    let width = end / Double(intervals)
    var (above, below) = (0.0, 0.0)
    for index in 0...intervals {
      let s = Double(index) * width
      let weight = index == 0 || index == intervals ? 1.0 : index % 2 == 1 ? 4 : 2
      let energy = n * exp(-s)
      let mass = weight * exp(-energy) * density(s)
      above += energy * mass
      below += mass
    }
    return above / below
  }
}

/// K = ½ Σ w_i^{p_i} with even p_i: λ = Σ 1/p_i.
public func monomialCoefficient(powers: [Int]) -> LearningCoefficient {
  LearningCoefficient(powers.reduce(0) { $0 + 1 / Double($1) })
}
