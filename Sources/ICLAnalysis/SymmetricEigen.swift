/// Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations.
///
/// Accurate to rounding, at about 10 n³ operations: for matrices of up to some hundred rows.
public struct SymmetricEigen: Sendable {
  /// From large to small.
  public let values: [Double]
  /// Eigenvector k is row k.
  public let vectors: [[Double]]

  /// - Parameter matrix: n × n, row-major; only its symmetric part counts.
  public init(_ matrix: [Double], size n: Int) {
    precondition(matrix.count == n * n, "\(matrix.count) numbers are no \(n) × \(n) matrix")
    var a = matrix
    for i in 0..<n {
      for j in 0..<i {
        a[i * n + j] = (matrix[i * n + j] + matrix[j * n + i]) / 2
        a[j * n + i] = a[i * n + j]
      }
    }
    // Row k of v is the k-th eigenvector so far.
    var v = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0.0 }
    let scale = a.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
      var off = 0.0
      for i in 0..<n { for j in 0..<i { off += a[i * n + j] * a[i * n + j] } }
      if off <= 1e-31 * scale { break }
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p * n + q] != 0 {
          Self.rotate(&a, &v, p, q, n)
        }
      }
    }
    let order = (0..<n).sorted { a[$0 * n + $0] > a[$1 * n + $1] }
    values = order.map { a[$0 * n + $0] }
    let rows = v
    vectors = order.map { Array(rows[$0 * n..<($0 + 1) * n]) }
  }

  /// Makes a[p, q] zero.
  private static func rotate(_ a: inout [Double], _ v: inout [Double], _ p: Int, _ q: Int, _ n: Int)
  {
    let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
    let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
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
      let (f, g) = (v[p * n + k], v[q * n + k])
      v[p * n + k] = c * f - s * g
      v[q * n + k] = s * f + c * g
    }
  }
}
