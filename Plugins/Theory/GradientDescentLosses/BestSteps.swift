/// The best step sizes of K steps of descent, from the moments T_k = E tr Ĝ^k:
///     L = ½ σ² s² E Σ_j Π_k (1 - η_k λ_j)²,  λ = eigenvalues of Ĝ
public struct BestSteps: Sendable {
  public var steps: [Double]
  public var loss: Double

  /// One size for all steps; reads T_0 … T_2K.
  public static func constant(_ count: Int, traces: [Double], scale: Double) -> BestSteps {
    // E Σ (1 - η λ)^2K = Σ_i binomial(2K, i) (-η)^i T_i is convex.
    var coefficients = [1.0]
    for i in 1...2 * count {
      coefficients.append(-coefficients[i - 1] * Double(2 * count - i + 1) / Double(i))
    }
    let terms = zip(coefficients, traces).map { $0 * $1 }
    func slope(_ step: Double) -> Double {
      terms.indices.reversed().reduce(0) { $1 == 0 ? $0 : $0 * step + Double($1) * terms[$1] }
    }
    var (low, high) = (0.0, 4 * traces[1] / traces[2])
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    let value = terms.reversed().reduce(0) { $0 * low + $1 }
    return BestSteps(steps: [Double](repeating: low, count: count), loss: scale * value)
  }

  /// A size for each step, the smallest first: the best polynomial 1 - Σ a_j λ^j, M a = b with
  /// M_ij = T_{i+j}, b_i = T_i.
  public static func free(_ count: Int, traces: [Double], scale: Double) -> BestSteps {
    // In units of the mean eigenvalue, so that the system is well scaled.
    let unit = traces[1] / traces[0]
    var scaled = traces
    var power = 1.0
    for k in scaled.indices {
      scaled[k] /= power
      power *= unit
    }
    var rows = (1...count).map { i in (1...count).map { scaled[i + $0] } + [scaled[i]] }
    for pivot in 0..<count {
      for row in pivot + 1..<max(count, pivot + 1) {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var a = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      let known = (row + 1..<max(count, row + 1)).reduce(0) { $0 + rows[row][$1] * a[$1] }
      a[row] = (rows[row][count] - known) / rows[row][row]
    }
    let explained = (0..<count).reduce(0) { $0 + a[$1] * scaled[$1 + 1] }
    // Π (η - η_k) = η^K - Σ_j a_j η^(K-j).
    let roots = realRoots([1] + a.map { -$0 })
    return BestSteps(
      steps: roots.map { $0 / unit }.sorted(), loss: scale * (scaled[0] - explained))
  }

  /// Of a polynomial with real roots, leading coefficient first: Newton's method from above, and
  /// division by the root.
  private static func realRoots(_ polynomial: [Double]) -> [Double] {
    var polynomial = polynomial
    var roots: [Double] = []
    while polynomial.count > 1 {
      var root = 1 + (polynomial.map { ($0 / polynomial[0]).magnitude }.max() ?? 0)
      for _ in 0..<500 {
        var (value, slope) = (0.0, 0.0)
        for coefficient in polynomial {
          slope = slope * root + value
          value = value * root + coefficient
        }
        guard value != 0, slope != 0 else { break }
        let next = root - value / slope
        if (next - root).magnitude <= 1e-15 * root.magnitude { break }
        root = next
      }
      roots.append(root)
      var quotient: [Double] = []
      for coefficient in polynomial.dropLast() {
        quotient.append((quotient.last ?? 0) * root + coefficient)
      }
      polynomial = quotient
    }
    return roots
  }
}
