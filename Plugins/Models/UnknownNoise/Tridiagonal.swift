import ICLKit

/// Σ = Q T Qᵀ with T tridiagonal, by Householder reflections; Golub and Van Loan, 8.3.1.
struct Tridiagonal {
  /// T_ii, each [1].
  private(set) var diagonal: [Tensor] = []
  /// T_(i+1)i, each [1].
  private(set) var below: [Tensor] = []
  /// Qᵀ α, each [1].
  private(set) var right: [Tensor] = []
  /// v of I - 2 v vᵀ / vᵀv, of rows i + 1 on, each [d - i - 1].
  private var reflections: [Tensor] = []

  /// squares [d, d], products [d].
  init(_ squares: Tensor, _ products: Tensor) {
    var (matrix, rest) = (squares, products)
    while true {
      let size = rest.extent(0)
      diagonal.append(matrix[0..<1].reshaped([size])[0..<1])
      right.append(rest[0..<1])
      if size == 1 { break }
      let column = matrix[0..<1].reshaped([size])[1..<size]
      matrix = matrix[1..<size].slice(1..<size, axis: 1)
      rest = rest[1..<size]
      if size == 2 {
        below.append(column)
        continue
      }
      let norm = column.squared().sum(axis: 0, keepAxis: true).squareRoot()
      let head = column[0..<1]
      // The head and what is added to it have one sign, so they never cancel; a head of 0 is positive.
      let image = norm * (1 - 2 * head.less(than: head.graph.constant(0)))
      let v = concatenate([head + image, column[1..<size - 1]], axis: 0)
      below.append(-image)
      let scale = 2 / v.squared().sum(axis: 0, keepAxis: true)
      // H A H = A - v uᵀ - u vᵀ with p = s A v, u = p - (s vᵀp / 2) v.
      let p = scale * einsum("ij,j->i", matrix, v)
      let u = p - (0.5 * scale * einsum("i,i->", v, p)) * v
      let outer = einsum("i,j->ij", v, u)
      matrix = matrix - outer - einsum("i,j->ij", u, v)
      rest = rest - (scale * einsum("i,i->", v, rest)) * v
      reflections.append(v)
    }
  }

  /// Q z, for z [d].
  func rotated(_ z: Tensor) -> Tensor {
    let d = diagonal.count
    var z = z
    for (index, v) in reflections.enumerated().reversed() {
      let tail = z[index + 1..<d]
      let scale = 2 / v.squared().sum(axis: 0, keepAxis: true)
      z = concatenate(
        [z[0..<index + 1], tail - (scale * einsum("i,i->", v, tail)) * v], axis: 0)
    }
    return z
  }
}
