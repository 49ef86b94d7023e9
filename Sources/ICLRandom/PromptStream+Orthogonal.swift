extension PromptStream {
  /// An orthogonal n x n matrix, row-major, distributed by Haar measure.
  ///
  /// A = Q R with A the stream's Double normals, row-major, and diag R > 0: only with that sign is
  /// Q uniform. Source: Mezzadri, "How to generate random matrices from the classical compact
  /// groups", Notices AMS 54 (2007). The same in every precision of a run, up to rounding.
  public func orthogonal(_ n: Int) -> [Double] {
    var a = [Double](repeating: 0, count: n * n)
    a.withUnsafeMutableBufferPointer { normal(into: $0) }
    return orthonormalColumns(&a, n)
  }

  public func orthogonal(into values: UnsafeMutableBufferPointer<Float>, _ n: Int) {
    for (index, value) in orthogonal(n).enumerated() { values[index] = Float(value) }
  }

  public func orthogonal(into values: UnsafeMutableBufferPointer<Double>, _ n: Int) {
    for (index, value) in orthogonal(n).enumerated() { values[index] = value }
  }
}

/// Q of A = Q R with diag R > 0, by Householder reflections; `a` is used up.
private func orthonormalColumns(_ a: inout [Double], _ n: Int) -> [Double] {
  var q = [Double](repeating: 0, count: n * n)
  for i in 0..<n { q[i * n + i] = 1 }
  var v = [Double](repeating: 0, count: n)
  for k in 0..<n {
    var squares = 0.0
    for i in k..<n { squares += a[i * n + k] * a[i * n + k] }
    // R's diagonal entry: the sign that avoids cancellation in v[k].
    let diagonal = a[k * n + k] > 0 ? -squares.squareRoot() : squares.squareRoot()
    if k < n - 1 {
      for i in k..<n { v[i] = a[i * n + k] }
      v[k] -= diagonal
      let scale = squares - diagonal * a[k * n + k]  // v·v / 2
      if scale > 0 {
        reflectRows(&a, v, scale, n, from: k)
        reflectColumns(&q, v, scale, n, from: k)
      }
    }
    let isNegative = k < n - 1 ? diagonal < 0 : a[k * n + k] < 0
    // Later reflections leave column k of Q alone, so it can take R's sign now.
    if isNegative { for i in 0..<n { q[i * n + k] = -q[i * n + k] } }
  }
  return q
}

/// A <- (I - v v' / scale) A.
private func reflectRows(
  _ a: inout [Double], _ v: [Double], _ scale: Double, _ n: Int, from k: Int
) {
  for j in k..<n {
    var dot = 0.0
    for i in k..<n { dot += v[i] * a[i * n + j] }
    for i in k..<n { a[i * n + j] -= v[i] * (dot / scale) }
  }
}

/// Q <- Q (I - v v' / scale).
private func reflectColumns(
  _ q: inout [Double], _ v: [Double], _ scale: Double, _ n: Int, from k: Int
) {
  for i in 0..<n {
    var dot = 0.0
    for j in k..<n { dot += q[i * n + j] * v[j] }
    for j in k..<n { q[i * n + j] -= (dot / scale) * v[j] }
  }
}
