/// Diagonal layers as gradient descent with momentum (arXiv 2402.14180, Lemma 4.4 and A.1).
///
/// With w* of least squares, its residual ρ, g = Σ (a w* - w), K = M + u w*ᵀ, α = K g + a ρ u:
///     u ← (I - Λ) u + Γ g,              Λ = -ω_xy a² ρ I - ω_xx Σˡ,   Γ = a ω_xy K
///     w ← (1 + s) w - Π g - Φ u,        s = ω_yy λˡ,   Π = ω_yx Mᵀ K,   Φ = a ρ ω_yx Mᵀ
///     M ← (I + ω_xx Σˡ) M - ω_xy α wᵀ,  a ← (1 + s) a + ω_yx αᵀ u
public struct MomentumForm {
  private let solution: Matrix
  private let squares: Matrix
  private let residual: Double
  private let context: Context
  public private(set) var model: ImplicitModel
  /// Whether K = M + a u w*ᵀ, as the published text has it in Γ and Π.
  private let hasExtraScale: Bool

  public init(_ context: Context, asPrinted: Bool = false) {
    let blocks = GramBlocks(context.gram)
    self.context = context
    solution = blocks.ridge(0)
    squares = blocks.squares
    residual = blocks.residual
    model = ImplicitModel(dimension: context.dimension)
    hasExtraScale = asPrinted
  }

  /// What a layer does, given ω = (ω_xx, ω_xy, ω_yx, ω_yy).
  public mutating func apply(_ omega: [Double]) {
    let (m, u, w, a) = (model.map, model.momentum, model.weights, model.scale)
    let tokens = model.tokens(context)
    let current = GramBlocks(tokens.transposed * tokens)
    let identity = Matrix.identity(m.rows)
    let g = squares * (a * solution - w)
    let exact = m + u * solution.transposed
    let k = hasExtraScale ? m + (a * u) * solution.transposed : exact
    let alpha = exact * g + (a * residual) * u
    let shrinkage = omega[3] * current.energy
    let damping = -omega[1] * a * a * residual * identity - omega[0] * current.squares
    model.momentum = (identity - damping) * u + (a * omega[1]) * (k * g)
    model.weights =
      (1 + shrinkage) * w - omega[2] * (m.transposed * (k * g))
      - (a * residual * omega[2]) * (m.transposed * u)
    model.map =
      (identity + omega[0] * current.squares) * m - omega[1] * (alpha * w.transposed)
    model.scale = (1 + shrinkage) * a + omega[2] * dot(alpha, u)
  }
}
