/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi rotations (Golub and Van Loan, 8.5).
public struct SymmetricEigen {
  /// In the order of the columns of `vectors`; not sorted.
  public let values: [Double]
  public let vectors: Matrix

  public init(_ matrix: Matrix) {
    let n = matrix.rows
    var a = matrix
    var v = Matrix.identity(n)
    for _ in 0..<64 {
      var rest = 0.0
      for i in 0..<n { for j in 0..<i { rest += a[i, j] * a[i, j] } }
      if rest <= 1e-32 * max(a.norm * a.norm, 1e-300) { break }
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p, q] != 0 {
          let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
          let sign = theta < 0 ? -1.0 : 1.0
          let t = sign / (theta.magnitude + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (x, y) = (a[k, p], a[k, q])
            (a[k, p], a[k, q]) = (c * x - s * y, s * x + c * y)
          }
          for k in 0..<n {
            let (x, y) = (a[p, k], a[q, k])
            (a[p, k], a[q, k]) = (c * x - s * y, s * x + c * y)
          }
          for k in 0..<n {
            let (x, y) = (v[k, p], v[k, q])
            (v[k, p], v[k, q]) = (c * x - s * y, s * x + c * y)
          }
        }
      }
    }
    values = (0..<n).map { a[$0, $0] }
    vectors = v
  }
}

extension Matrix {
  /// From large to small.
  public var singularValues: [Double] {
    let square = rows <= columns ? self * transposed : transposed * self
    return SymmetricEigen(square).values.map { max($0, 0).squareRoot() }.sorted(by: >)
  }
}
