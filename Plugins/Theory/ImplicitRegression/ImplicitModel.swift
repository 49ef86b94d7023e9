/// The linear regression that every layer maintains (arXiv 2402.14180, Theorem 4.1 and Lemma 4.3).
///
///     x_i = M x_i⁰ + y_i⁰ u,   y_i = a y_i⁰ - wᵀ x_i⁰,   query: (M x_t, -wᵀ x_t)
public struct ImplicitModel {
  public var map: Matrix
  public var momentum: Matrix
  public var weights: Matrix
  public var scale: Double

  /// Before the first layer: M = I, u = 0, w = 0, a = 1.
  public init(dimension d: Int) {
    map = .identity(d)
    momentum = Matrix(d, 1)
    weights = Matrix(d, 1)
    scale = 1
  }

  /// With [A b; cᵀ δ] = Σ_h P_h G Q_h of the current tokens:
  ///     M ← (I + A) M - b wᵀ,  u ← (I + A) u + a b,  w ← (1 + δ) w - Mᵀ c,  a ← (1 + δ) a + cᵀ u
  public func after(_ update: Matrix) -> ImplicitModel {
    let d = map.rows
    let kept = Matrix.identity(d) + update.block(0..<d, 0..<d)
    let (b, c) = (update.block(0..<d, d..<d + 1), update.block(d..<d + 1, 0..<d).transposed)
    let grown = 1 + update[d, d]
    var next = self
    next.map = kept * map - b * weights.transposed
    next.momentum = kept * momentum + scale * b
    next.weights = grown * weights - map.transposed * c
    next.scale = grown * scale + dot(c, momentum)
    return next
  }

  /// The tokens that this says.
  public func tokens(_ context: Context) -> Matrix {
    let d = map.rows
    let x = context.tokens.block(0..<context.pairs, 0..<d)
    let y = context.tokens.block(0..<context.pairs, d..<d + 1)
    let moved = x * map.transposed + y * momentum.transposed
    let labels = scale * y - x * weights
    return Matrix(context.pairs, d + 1) { $1 < d ? moved[$0, $1] : labels[$0, 0] }
  }

  /// Of every layer.
  public static func recursion(_ context: Context, _ layers: [Layer]) -> [ImplicitModel] {
    var model = ImplicitModel(dimension: context.dimension)
    var models: [ImplicitModel] = []
    for layer in layers {
      let tokens = model.tokens(context)
      model = model.after(layer.update(tokens.transposed * tokens))
      models.append(model)
    }
    return models
  }
}
