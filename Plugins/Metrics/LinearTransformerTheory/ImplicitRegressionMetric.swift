import ICLKit
import ImplicitRegression

/// The linear regression that every layer maintains, recomputed from the weights and held against the
/// values of the layers themselves.
///
/// Reads `layer-tokens` [L, N + 1, D + 1] and `layer-weights` of `linear-transformer`; errors are
/// relative to the largest entry of the layer.
struct ImplicitRegressionMetric: DeclaringMetric {
  static let id = "implicit-regression"
  static let summary = "M, u, w, a of every layer: recursion against the layers' real values"
  static let needs: MetricNeeds = [.parameters, .inputs]

  @Option("prompts that are recomputed, the first of the evaluation", 1...1_000_000) var prompts =
    256

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    _ = try Regression(graph, task)
    return [("tokens", graph.input("layer-tokens")), ("weights", graph.input("layer-weights"))]
  }

  func begin(_ task: Signature) -> any Accumulator { Recursion(task, prompts: prompts) }
}

private final class Recursion: Accumulator {
  private let task: Signature
  private let prompts: Int
  private var weights: TransformerWeights?
  private var seen = 0
  private var errors: [String: Double] = [:]
  private var first: [ImplicitModel] = []
  /// Real ones, of the first prompt.
  private var firstTokens: [Double] = []
  /// Σ over prompts of 1 + ω_xy λ and 1 + ω_yy λ at each layer.
  private var steps: [Double] = []
  private var shrinkage: [Double] = []
  private var damping: [Double] = []
  private var states: LayerStates

  init(_ task: Signature, prompts: Int) {
    self.task = task
    self.prompts = prompts
    states = LayerStates(task.inputDimension)
  }

  func observe(_ snapshot: Snapshot) throws {
    weights = try TransformerWeights(snapshot, task)
  }

  func accumulate(_ chunk: Chunk) throws {
    guard let weights, let tokens = chunk.declared("tokens"), let real = chunk.declared("weights")
    else { throw KitError("the host did not compute what was declared", code: .failed) }
    let count = weights.layers.count
    let (n, d) = (task.contextLength, task.inputDimension)
    for prompt in 0..<min(chunk.count, prompts - seen) {
      guard let context = chunk.context(prompt, task), let query = chunk.query(prompt, task) else {
        throw KitError("the host did not pass the inputs", code: .failed)
      }
      let layers = weights.layers.map(\.layer)
      let models = ImplicitModel.recursion(context, layers)
      let products = products(of: context, through: layers)
      for layer in 0..<count {
        let size = (n + 1) * (d + 1)
        let start = (prompt * count + layer) * size
        let all = Matrix(n + 1, d + 1, Array(tokens[start..<start + size]))
        let model = models[layer]
        note("tokens", model.tokens(context), all.block(0..<n, 0..<d + 1))
        let last = Matrix.column(query)
        let moved = model.map * last
        let label = -dot(model.weights, last)
        note("query", Matrix(1, d + 1, moved.values + [label]), all.block(n..<n + 1, 0..<d + 1))
        let place = (prompt * count + layer) * d
        note("weights", model.weights, Matrix.column(Array(real[place..<place + d])))
        let product = products[layer]
        note("gram", -1 * product.block(d..<d + 1, 0..<d).transposed, model.weights)
        note("gram", product.block(0..<d, 0..<d), model.map)
      }
      states.add(models, leastSquares: GramBlocks(context.gram).ridge(0))
      try momentum(context, models, weights)
      if seen + prompt == 0 {
        first = models
        firstTokens = Array(tokens[..<(count * (n + 1) * (d + 1))])
      }
    }
    seen += min(chunk.count, prompts - seen)
  }

  /// Lemma 4.4, for diagonal layers.
  private func momentum(
    _ context: Context, _ models: [ImplicitModel], _ weights: TransformerWeights
  ) throws {
    let omegas = weights.layers.compactMap(\.omega)
    guard omegas.count == weights.layers.count else { return }
    if steps.isEmpty {
      steps = omegas.map { _ in 0 }
      (shrinkage, damping) = (steps, steps)
    }
    var form = MomentumForm(context)
    var printed = MomentumForm(context, asPrinted: true)
    for (layer, omega) in omegas.enumerated() {
      let tokens = form.model.tokens(context)
      let blocks = GramBlocks(tokens.transposed * tokens)
      steps[layer] += 1 + omega[1] * blocks.energy
      shrinkage[layer] += 1 + omega[3] * blocks.energy
      let a = form.model.scale
      damping[layer] -=
        omega[1] * a * a * GramBlocks(context.gram).residual
        + omega[0] * blocks.squares.trace / Double(task.inputDimension)
      form.apply(omega)
      printed.apply(omega)
      note("momentum", form.model.weights, models[layer].weights)
      note("momentum", form.model.momentum, models[layer].momentum)
      note("momentum", form.model.map, models[layer].map)
      note("momentum-as-printed", printed.model.weights, models[layer].weights)
      note("momentum-as-printed", printed.model.momentum, models[layer].momentum)
    }
  }

  private func note(_ name: String, _ found: Matrix, _ expected: Matrix) {
    let error = (found - expected).largest / max(expected.largest, 1e-300)
    errors[name] = max(errors[name] ?? 0, error.isNaN ? .infinity : error)
  }

  func finish(_ report: Report) {
    for (name, error) in errors.sorted(by: { $0.key < $1.key }) {
      report.scalar("\(name)-error", error)
    }
    let d = task.inputDimension
    let count = first.count
    report.table(
      "map", first.flatMap(\.map.values), [count, d, d], axes: ["layer", "component", "component"])
    report.table(
      "momentum", first.flatMap(\.momentum.values), [count, d], axes: ["layer", "component"])
    report.table(
      "weights", first.flatMap(\.weights.values), [count, d], axes: ["layer", "component"])
    report.table(
      "first-tokens", firstTokens, [count, task.contextLength + 1, d + 1],
      axes: ["layer", "token", "component"])
    report.vector("scale", first.map(\.scale), axis: "layer", firstIndex: 1)
    states.report(report)
    guard !steps.isEmpty else { return }
    func mean(_ name: String, _ sums: [Double]) {
      report.vector(name, sums.map { $0 / Double(seen) }, axis: "layer", firstIndex: 1)
    }
    mean("step-factor", steps)
    mean("shrinkage", shrinkage)
    mean("damping", damping)
  }
}
