/// Merged attention that may learn the run's fixed task w₀ in its weights, white inputs Λ = c I,
/// without the division by N, from a small start. Derived.
///
/// Everything the output is linear in are φ_ijd = G_ij x_d, G the Gram matrix of the prompt's D + 1
/// rows. T_ijd = E[y_q φ_ijd] drives all heads, a fraction p of the prompts having a w of their own:
///     one of i, j the label:  N c² (p I + (1 - p) w₀ w₀ᵀ)   (the second part if the context is w₀'s)
///     both the label:         (1 - p) N E[y²] c w₀
///     neither:                (1 - p) c² ((N + 1) δ_ij w₀_d + w₀_i δ_jd + w₀_j δ_id)
public struct InWeight: Hashable, Sendable {
  public let dimension: Int
  public let contextLength: Int
  /// c.
  public let variance: Double
  /// p.
  public let inContextFraction: Double
  /// Whether the context of a prompt with w₀ is labelled by it; else its labels are N(0, 1).
  public let isInformative: Bool

  public init(
    dimension: Int, contextLength: Int, variance: Double, inContextFraction: Double,
    isInformative: Bool
  ) {
    self.dimension = dimension
    self.contextLength = contextLength
    self.variance = variance
    self.inContextFraction = inContextFraction
    self.isInformative = isInformative
  }

  /// T for w₀ [D], [D + 1, (D + 1) D].
  public func drive(fixedTask w: [Double]) -> [Double] {
    let (d, n, c, p) = (dimension, Double(contextLength), variance, inContextFraction)
    let square = isInformative ? c * dot(w, 0, w, 0, d) : 1
    return (0..<(d + 1) * (d + 1) * d).map { index in
      let (i, j, k) = (index / ((d + 1) * d), index / d % (d + 1), index % d)
      switch (i == d, j == d) {
      case (true, true): return (1 - p) * n * square * c * w[k]
      case (false, false):
        return (1 - p) * c * c
          * ((i == j ? (n + 1) * w[k] : 0) + (j == k ? w[i] : 0) + (i == k ? w[j] : 0))
      default:
        let a = i == d ? j : i
        return n * c * c * ((a == k ? p : 0) + (isInformative ? (1 - p) * w[a] * w[k] : 0))
      }
    }
  }

  /// The leading singular values and vectors of the unfolding of T.
  public struct Leading: Hashable, Sendable {
    /// σ₁.
    public var value: Double
    /// e [D + 1].
    public var left: [Double]
    /// R [(D + 1) D].
    public var right: [Double]
  }

  public func leading(fixedTask w: [Double]) -> Leading {
    Self.leading(drive(fixedTask: w), rows: dimension + 1)
  }

  /// σ₁ for any w₀ of norm √D: it depends on the norm alone.
  public var singularValue: Double {
    var w = [Double](repeating: 0, count: dimension)
    w[0] = Double(dimension).squareRoot()
    return leading(fixedTask: w).value
  }

  /// Of a T that is given, such as the mean over a sample.
  ///
  /// By the power method on T Tᵀ from every axis, so that not all can be orthogonal to e.
  public static func leading(_ matrix: [Double], rows: Int) -> Leading {
    let columns = matrix.count / rows
    func right(_ left: [Double]) -> [Double] {
      (0..<columns).map { c in (0..<rows).reduce(0) { $0 + left[$1] * matrix[$1 * columns + c] } }
    }
    let trials = (0..<rows).map { start -> Leading in
      var left = (0..<rows).map { $0 == start ? 1.0 : 0 }
      var value = 0.0
      for _ in 0..<10_000 {
        let r = right(left)
        let next = (0..<rows).map { dot(matrix, $0 * columns, r, 0, columns) }
        let norm = dot(next, 0, next, 0, rows).squareRoot()
        guard norm > 0 else { break }
        left = next.map { $0 / norm }
        let found = norm.squareRoot()
        if (found - value).magnitude <= 1e-15 * found { value = found; break }
        value = found
      }
      return Leading(value: value, left: left, right: right(left).map { $0 / max(value, 1e-300) })
    }
    return trials.max { $0.value < $1.value }!
  }

  /// Steps until the loss has fallen by `drop`, at this rate of gradient descent:
  /// ln(drop / (2 σ₁ g²)) / (4 η σ₁), g² = Σ_h (½ (a_h · e + ⟨B_h, R⟩))².
  ///
  /// - Parameters:
  ///   - values: a [H, D + 1], the last row of every W^V.
  ///   - keyQueries: B [H, D + 1, D], the first D columns of every W^KQ.
  public static func escapeStep(
    _ leading: Leading, drop: Double, values: [Double], keyQueries: [Double], learningRate: Double
  ) -> Double {
    let (rows, columns) = (leading.left.count, leading.right.count)
    let square = (0..<values.count / rows).reduce(0.0) { sum, head in
      let along =
        dot(values, head * rows, leading.left, 0, rows)
        + dot(keyQueries, head * columns, leading.right, 0, columns)
      return sum + along * along / 4
    }
    return logarithm(drop / (2 * leading.value * square)) / (4 * learningRate * leading.value)
  }
}
