/// The pairs (x_j, y_j) of one prompt, and sums over them.
public struct Context {
  public let dimension: Int
  /// e_j = (x_j, y_j), [n, d + 1].
  public let tokens: Matrix

  /// x [n, d] row-major, y [n].
  public init(x: [Double], y: [Double], dimension d: Int) {
    dimension = d
    tokens = Matrix(y.count, d + 1) { $1 < d ? x[$0 * d + $1] : y[$0] }
  }

  public var pairs: Int { tokens.rows }

  /// G_0 = Σ_j e_j e_jᵀ, [d + 1, d + 1].
  public var gram: Matrix { tokens.transposed * tokens }
}

/// The blocks of a Gram matrix G = [[Σ, α], [αᵀ, λ]].
public struct GramBlocks {
  public let squares: Matrix
  public let products: Matrix
  public let energy: Double

  public init(_ gram: Matrix) {
    let d = gram.rows - 1
    squares = gram.block(0..<d, 0..<d)
    products = gram.block(0..<d, d..<d + 1)
    energy = gram[d, d]
  }

  /// (Σ + s² I)⁻¹ α, by Cholesky.
  public func ridge(_ penalty: Double) -> Matrix {
    let d = squares.rows
    var lower = squares + penalty * Matrix.identity(d)
    var z = products
    for j in 0..<d {
      for k in 0..<j { lower[j, j] -= lower[j, k] * lower[j, k] }
      lower[j, j] = lower[j, j].squareRoot()
      for i in j + 1..<max(d, j + 1) {
        for k in 0..<j { lower[i, j] -= lower[i, k] * lower[j, k] }
        lower[i, j] /= lower[j, j]
      }
      for k in 0..<j { z[j, 0] -= lower[j, k] * z[k, 0] }
      z[j, 0] /= lower[j, j]
    }
    for j in (0..<d).reversed() {
      for k in j + 1..<max(d, j + 1) { z[j, 0] -= lower[k, j] * z[k, 0] }
      z[j, 0] /= lower[j, j]
    }
    return z
  }

  /// Σ_j (y_j - w*ᵀ x_j)² of least squares.
  public var residual: Double { energy - dot(products, ridge(0)) }
}
