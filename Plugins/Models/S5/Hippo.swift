/// Frequencies of the normal part of the HiPPO-LegS matrix, as S5 starts with them.
///
/// The matrix is -½ I + K with K skew-symmetric, K_nk = -½ √(2n+1) √(2k+1) for n > k. Its eigenvalues
/// are -½ ± i ω; ω² are those of KᵀK, each twice. Gu et al. 2022 (arXiv 2206.11893).
enum Hippo {
  /// The ω, from small to large; `size` is even.
  static func frequencies(_ size: Int) -> [Double] {
    func entry(_ n: Int, _ k: Int) -> Double {
      guard n != k else { return 0 }
      let value = 0.5 * (Double(2 * n + 1) * Double(2 * k + 1)).squareRoot()
      return n > k ? -value : value
    }
    var square = [Double](repeating: 0, count: size * size)
    for a in 0..<size {
      for b in 0..<size {
        square[a * size + b] = (0..<size).reduce(0) { $0 + entry($1, a) * entry($1, b) }
      }
    }
    let values = eigenvalues(&square, size).sorted()
    return stride(from: 0, to: size, by: 2).map {
      (max(values[$0] + values[$0 + 1], 0) / 2).squareRoot()
    }
  }

  /// Of a symmetric matrix, by Jacobi rotations.
  private static func eigenvalues(_ a: inout [Double], _ n: Int) -> [Double] {
    for _ in 0..<60 {
      var rest = 0.0
      for p in 0..<n { for q in p + 1..<max(n, p + 1) { rest += a[p * n + q] * a[p * n + q] } }
      let size = (0..<n).reduce(0) { $0 + a[$1 * n + $1] * a[$1 * n + $1] }
      if rest <= 1e-30 * size { break }
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p * n + q] != 0 {
          let half = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
          let t = (half < 0 ? -1 : 1) / (half.magnitude + (half * half + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (x, y) = (a[k * n + p], a[k * n + q])
            a[k * n + p] = c * x - s * y
            a[k * n + q] = s * x + c * y
          }
          for k in 0..<n {
            let (x, y) = (a[p * n + k], a[q * n + k])
            a[p * n + k] = c * x - s * y
            a[q * n + k] = s * x + c * y
          }
        }
      }
    }
    return (0..<n).map { a[$0 * n + $0] }
  }
}
