import ImplicitRegression
import Testing

/// arXiv 2402.14180: the implicit model of every layer against the tokens themselves.
@Suite struct ImplicitRegressionTests {
  private func context(_ normals: inout Normals, pairs n: Int, dimension d: Int) -> Context {
    Context(x: normals.values(n * d, 1), y: normals.values(n, 2), dimension: d)
  }

  private func full(_ normals: inout Normals, heads: Int, dimension d: Int) -> Layer {
    func matrix() -> Matrix { Matrix(d + 1, d + 1, normals.values((d + 1) * (d + 1), 0.08)) }
    return Layer(heads: (0..<heads).map { _ in (matrix(), matrix()) })
  }

  private func error(_ a: Matrix, _ b: Matrix) -> Double {
    (a - b).largest / max(b.largest, 1e-300)
  }

  @Test(arguments: [1, 2, 3], [1, 3, 5])
  func recursionIsWhatTheTokensAre(_ heads: Int, _ d: Int) {
    var normals = Normals(UInt64(10 * heads + d))
    let context = context(&normals, pairs: 7, dimension: d)
    let layers = (0..<3).map { _ in full(&normals, heads: heads, dimension: d) }
    let query = normals.values(d, 1)
    let models = ImplicitModel.recursion(context, layers)
    let streams = tokens(of: context, query: query, through: layers)
    for (layer, product) in products(of: context, through: layers).enumerated() {
      let model = models[layer]
      #expect(error(model.tokens(context), streams[layer].context) < 1e-11)
      let moved = model.map * Matrix.column(query)
      let last = Matrix(1, d + 1, moved.values + [-dot(model.weights, Matrix.column(query))])
      #expect(error(last, streams[layer].query) < 1e-11)
      // Π = [[M, u], [-wᵀ, a]].
      #expect(error(product.block(0..<d, 0..<d), model.map) < 1e-11)
      #expect(error(product.block(0..<d, d..<d + 1), model.momentum) < 1e-11)
      #expect(error(-1 * product.block(d..<d + 1, 0..<d).transposed, model.weights) < 1e-11)
      #expect(abs(product[d, d] - model.scale) < 1e-10 * max(1, abs(model.scale)))
    }
  }

  /// As gradient descent with momentum; with the published K = M + a u w*ᵀ it is something else.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func momentumFormIsTheRecursion(_ seed: UInt64) {
    var normals = Normals(seed)
    let context = context(&normals, pairs: 8, dimension: 3)
    let omegas = (0..<4).map { _ in normals.values(4, 0.02) }
    let models = ImplicitModel.recursion(
      context, omegas.map { Layer(omega: $0, dimension: 3) })
    var form = MomentumForm(context)
    var printed = MomentumForm(context, asPrinted: true)
    var worst = 0.0
    for (layer, omega) in omegas.enumerated() {
      form.apply(omega)
      printed.apply(omega)
      let model = models[layer]
      #expect(error(form.model.weights, model.weights) < 1e-10)
      #expect(error(form.model.momentum, model.momentum) < 1e-10)
      #expect(error(form.model.map, model.map) < 1e-10)
      #expect(abs(form.model.scale - model.scale) < 1e-10)
      worst = max(worst, error(printed.model.weights, model.weights))
    }
    #expect(worst > 1e-3)
  }

  private let hand = Context(x: [1, 2, -1, 0.5, 0.5, -1], y: [1, -2, 0.5], dimension: 2)

  /// Section 3.6 of the specification, to the digits shown.
  @Test func unitFixture() {
    let blocks = GramBlocks(hand.gram)
    expect(blocks.squares.values, [2.25, 1, 1, 5.25], within: 1e-12)
    expect(blocks.products.values, [3.25, 0.5], within: 1e-12)
    expect(blocks.ridge(0).values, [1.53179191, -0.19653179], within: 5e-9)
    expect(blocks.ridge(1).values, [1.02588997, -0.08414239], within: 5e-9)
    #expect(abs(blocks.residual - 0.36994220) < 5e-9)
    let layers = [[0.2, -0.1, -0.1, -0.25], [-0.1, -0.2, 0.3, 0.8]].map { numbers -> Layer in
      let (q, p) = (Array(numbers[..<2]), Array(numbers[2...]))
      return Layer(
        omega: [p[0] * q[0], p[0] * q[1], p[1] * q[0], p[1] * q[1]], dimension: 2)
    }
    let models = ImplicitModel.recursion(hand, layers)
    expect(models[0].map.values, [0.955, -0.02, -0.02, 0.895], within: 1e-12)
    expect(models[0].momentum.values, [0.0325, 0.005], within: 1e-12)
    expect(models[0].weights.values, [0.1625, 0.025], within: 1e-12)
    #expect(abs(models[0].scale - 1.13125) < 1e-12)
    expect(
      models[1].map.values, [0.92402460, -0.03375934, -0.03689996, 0.78367141], within: 5e-9)
    expect(models[1].momentum.values, [-0.19431514, -0.01024175], within: 5e-9)
    expect(models[1].weights.values, [0.27018837, 0.01209166], within: 5e-9)
    #expect(abs(models[1].scale - 0.11508120) < 5e-9)
    let streams = tokens(of: hand, query: [1, -1], through: layers)
    expect(
      streams[1].context.values,
      [
        0.66219078, 1.52020111, -0.17929048, -0.552274, 0.44921917, 0.03398014, 0.39861407,
        -0.80724227, -0.06546193,
      ], within: 5e-9)
    expect(streams[1].query.values, [0.95778394, -0.82057138, -0.25809671], within: 5e-9)
  }

  @Test func contractionOfTheSpectrum() {
    let ten = [9, 3.76, 1.44, 0.457, 0.0886, 5.13e-3, 1.96e-5, 2.87e-10]
    for (found, listed) in zip(Contraction.excesses(condition: 10, layers: 7), ten) {
      #expect(abs(found / listed - 1) < 5e-3, "\(found) \(listed)")
    }
    let hundred = [99, 43.7, 19.2, 8.27, 3.44, 1.30, 0.400, 0.0719, 3.46e-3, 8.92e-6, 6.0e-11]
    for (found, listed) in zip(Contraction.excesses(condition: 100, layers: 10), hundred) {
      #expect(abs(found / listed - 1) < 1e-2, "\(found) \(listed)")
    }
  }

  @Test func eigenvaluesAndSingularValues() {
    var normals = Normals(4)
    let a = Matrix(4, 4, normals.values(16, 1))
    let square = a * a.transposed
    let eigen = SymmetricEigen(square)
    let diagonal = Matrix(4, 4) { $0 == $1 ? eigen.values[$0] : 0 }
    #expect(error(eigen.vectors * diagonal * eigen.vectors.transposed, square) < 1e-12)
    expect(
      a.singularValues.map { $0 * $0 }, eigen.values.sorted(by: >), within: 1e-10)
  }

  /// Layers that differ from multiples of the identity along one direction v, written in other bases and
  /// scales: the same matrices come out, with v as the first axis.
  @Test func commonDirectionsAreFoundInAnyGauge() {
    let d = 4
    var normals = Normals(7)
    let square = Matrix(d, d, normals.values(d * d, 1))
    let turn = SymmetricEigen(square + square.transposed).vectors
    func raised(_ block: Matrix) -> Matrix {
      Matrix(d + 1, d + 1) { $0 < d && $1 < d ? block[$0, $1] : $0 == $1 ? 1 : 0 }
    }
    let axis = Matrix(d, d) { $0 == 0 && $1 == 0 ? 1 : 0 }
    func plain(_ diagonal: Double, _ along: Double, _ column: Double, _ row: Double) -> Matrix {
      let block = diagonal * Matrix.identity(d) + along * axis
      return Matrix(d + 1, d + 1) {
        if $0 < d && $1 < d { return block[$0, $1] }
        if $0 == $1 { return 0.3 }
        return $1 == d ? ($0 == 0 ? column : 0) : ($1 == 0 ? row : 0)
      }
    }
    let real = [
      (plain(0.2, 0.1, 0.4, 0), plain(-0.1, 0.05, 0, 0.02)),
      (plain(0.3, -0.2, 0.1, 0.3), plain(-0.2, 0.1, 0.01, 0)),
    ]
    let straight = CommonDirections(real).layers
    let hidden = real.enumerated().map { layer, head in
      let c = layer == 0 ? -3.0 : 0.5
      let r = raised(turn)
      return (c * (r * head.0 * r.transposed), (1 / c) * (r * head.1 * r.transposed))
    }
    let found = CommonDirections(hidden).layers
    for (a, b) in zip(found, straight) {
      #expect(error(a.p, b.p) < 1e-12)
      #expect(error(a.q, b.q) < 1e-12)
      #expect(abs(a.p.norm - a.q.norm) < 1e-12)
      #expect(a.p.block(0..<d, 0..<d).trace > 0)
      let shares = CommonDirections.shares(a.p)
      #expect(abs(shares["x-from-y-along-first"]! - 1) < 1e-12)
    }
    #expect(abs(CommonDirections.shares(found[1].p)["y-from-x-along-first"]! - 1) < 1e-12)
    // What a gauge may not change: the update of any context.
    let context = context(&normals, pairs: 6, dimension: d)
    let before = ImplicitModel.recursion(context, hidden.map { Layer(heads: [$0]) })
    let turned = Context(
      x: (context.tokens.block(0..<6, 0..<d) * turn).values,
      y: context.tokens.block(0..<6, d..<d + 1).values, dimension: d)
    let after = ImplicitModel.recursion(turned, real.map { Layer(heads: [$0]) })
    #expect(error(turn.transposed * before[1].weights, after[1].weights) < 1e-10)
  }
}
