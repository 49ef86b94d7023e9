/// One layer of linear attention without a division by n: e ← e + Σ_h P_h G Q_h e.
public struct Layer {
  public var heads: [(p: Matrix, q: Matrix)]

  public init(heads: [(p: Matrix, q: Matrix)]) { self.heads = heads }

  /// Any number of diagonal heads with ω = (ω_xx, ω_xy, ω_yx, ω_yy), as two of them.
  public init(omega: [Double], dimension d: Int) {
    func diagonal(_ x: Double, _ y: Double) -> Matrix {
      Matrix(d + 1, d + 1) { $0 != $1 ? 0 : $0 < d ? x : y }
    }
    heads = [
      (diagonal(1, 0), diagonal(omega[0], omega[1])),
      (diagonal(0, 1), diagonal(omega[2], omega[3])),
    ]
  }

  /// Σ_h P_h G Q_h.
  public func update(_ gram: Matrix) -> Matrix {
    heads.map { $0.p * gram * $0.q }.reduce(Matrix(gram.rows, gram.columns), +)
  }
}

/// The residual stream as tokens, layer by layer: what the paper's equations say, literally.
public func tokens(
  of context: Context, query: [Double], through layers: [Layer]
) -> [(context: Matrix, query: Matrix)] {
  var tokens = context.tokens
  var last = Matrix(1, query.count + 1, query + [0])
  return layers.map { layer in
    let update = layer.update(tokens.transposed * tokens).transposed
    (tokens, last) = (tokens + tokens * update, last + last * update)
    return (tokens, last)
  }
}

/// The same on Gram matrices: T = I + Σ P G Q, G ← T G Tᵀ, Π ← T Π. Π = [[M, u], [-wᵀ, a]].
public func products(of context: Context, through layers: [Layer]) -> [Matrix] {
  var gram = context.gram
  var product = Matrix.identity(gram.rows)
  return layers.map { layer in
    let t = Matrix.identity(gram.rows) + layer.update(gram)
    product = t * product
    gram = t * gram * t.transposed
    return product
  }
}
