import ICLKit

/// A linear transformer: attention without softmax over the context pairs, several layers.
///
/// With tokens e_i = (x_i, y_i), e_q = (x_q, 0) and S = 1/n Σ_{i ≤ n} e_i e_iᵀ in every layer:
///     A = Σ_h P_h S Q_h,   e_i ← e_i + A e_i  for i = 1…n and q,   ŷ = -(label entries of e_q).
/// Vladymyrov, von Oswald, Sandler and Ge 2024 (arXiv 2402.14180), section 3.
struct LinearTransformer: Model {
  static let id = "linear-transformer"
  static let summary = "layers of linear attention on context pairs: FULL, DIAG, free ω or GD++"

  @Option(
    "P and Q free; two numbers each; the products of two such heads or more (ω); or GD++: P of two "
      + "numbers and Q the identity on x")
  var parametrization = Parametrization.full
  @Option("number of layers", 1...64) var layers = 3
  @Option("number of heads", 1...1024) var heads = 1
  @Option("sums over the context: divided by n, or as in the paper not")
  var contextSum = ContextSum.mean
  @Option("standard deviation of the initial P and Q; 0: 0.02 if full, else 0.03", 0...1e6)
  var initialScale = 0.0
  @Option("of ω_xx, ω_xy, ω_yx, ω_yy: 1 is trained, 0 left out; for parametrization=free", 0...1)
  var entries: [Double] = [1, 1, 1, 1]

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard task.scoring == .query else {
      throw KitError(
        "linear-transformer predicts for the query alone: set task.scoring=query",
        path: "scoring", code: .unsupported)
    }
    try checkEntries()
    let (n, d, o) = (task.contextLength, task.inputDimension, task.outputDimension)
    let outputs = d..<d + o
    // What the shown pairs may stand for.
    let count = task.properties["pairs"] ?? Double(n)
    let x = graph.input("x")
    var context = PromptLayout.contextPairs(x, graph.input("y"))
    var query = PromptLayout.queryTokens(x[n..<n + 1], outputs: o)
    // A prediction is linear in the query: the unit queries give its weights.
    var units = PromptLayout.queryTokens(graph.identity(d), outputs: o)
    var weights: [Tensor] = []
    var tokens: [Tensor] = []
    var prediction = query
    for layer in 0..<layers {
      graph.scope("layers.\(layer)") { graph in
        let squares = einsum("ni,nj->ij", context, context)
        let update = attention(
          contextSum == .mean ? squares / count : squares, graph, task
        ).named("update")
        context = (context + einsum("ij,nj->ni", update, context)).named("context-residual")
        query = (query + einsum("ij,pj->pi", update, query)).named("residual")
        units = units + einsum("ij,pj->pi", update, units)
        weights.append(-units.slice(outputs, axis: -1).reshaped([1, d, o]))
        tokens.append(concatenate([context, query], axis: 0).reshaped([1, n + 1, d + o]))
        prediction = -query.slice(outputs, axis: -1).named("prediction")
      }
    }
    _ = concatenate(tokens, axis: 0).named("layer-tokens")
    _ = concatenate(weights, axis: 0).named("layer-weights")
    return prediction
  }

  private func checkEntries() throws {
    guard entries.count == 4, entries.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw KitError(
        "entries are four numbers, 0 or 1, for ω_xx, ω_xy, ω_yx and ω_yy, not \(entries)",
        path: "entries")
    }
    guard parametrization == .free || !entries.contains(0) else {
      throw KitError(
        "only ω itself has entries that can be left out: set model.parametrization=free",
        path: "entries")
    }
  }

  /// A = Σ_h P_h S Q_h, [E, E].
  private func attention(_ squares: Tensor, _ graph: Graph, _ task: Signature) -> Tensor {
    let width = task.inputDimension + task.outputDimension
    let scale = initialScale > 0 ? initialScale : parametrization == .full ? 0.02 : 0.03
    func parameter(_ name: String, _ shape: [Int]) -> Tensor {
      graph.parameter(name, shape, standardDeviation: scale)
    }
    if parametrization == .full {
      let left = parameter("P", [heads, width, width])
      let right = parameter("Q", [heads, width, width])
      return einsum("hil,hlj->ij", einsum("hik,kl->hil", left, squares), right)
    }
    // Diagonal P and Q scale S entry by entry: A_ij = S_ij Σ_h p_hi q_hj.
    let blocks = graph.constant([2, width]) {
      ($0[1] < task.inputDimension) == ($0[0] == 0) ? 1 : 0
    }
    if parametrization == .free {
      // What is left out starts at 0, has no gradient, and so stays there.
      let kept = graph.constant(entries, [2, 2])
      let start = scale * kept * graph.normal("\(graph.path).omega", [2, 2])
      let rows = einsum("bc,cj->bj", kept * graph.parameter("omega", initial: start), blocks)
      return einsum("bi,bj->ij", blocks, rows) * squares
    }
    let left = einsum("hb,bi->hi", parameter("P", [heads, 2]), blocks)
    let right =
      parametrization == .diag
      ? einsum("hb,bi->hi", parameter("Q", [heads, 2]), blocks)
      : blocks[0..<1].broadcast(to: [heads, width])
    return einsum("hi,hj->ij", left, right) * squares
  }
}

enum Parametrization: String, OptionChoice {
  case full, diag, free
  case gradientDescent = "gd++"
}
enum ContextSum: String, OptionChoice { case mean, sum }
