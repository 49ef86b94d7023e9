import ICLKit

/// A linear network of two layers on the cubic features z = β x_qᵀ, β = 1/N Σ_j y_j x_j:
///     ŷ = Σ_h v_h ⟨U_h, z⟩
/// It is merged linear attention without the blocks that mix inputs with labels, and from the same
/// seed it starts with the same weights. Zhang, Singh, Latham and Saxe 2025, section 3.
struct CubicFeatures: Model {
  static let id = "cubic-features"
  static let summary = "a two-layer linear network on the cubic features of merged linear attention"

  @Option("number of hidden units, the heads of linear attention", 1...1024) var heads = 1
  @Option("scale of the initial weights", 0...1e6) var initialScale = 0.1
  @Option("what β is divided by: the pairs, the pairs and the query, or nothing")
  var scale = Attention.Scale.context

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard task.outputDimension == 1 else {
      throw KitError(
        "labels have \(task.outputDimension) components; the cubic features are defined for one",
        path: "output-dimension", code: .unsupported)
    }
    let (n, d) = (task.contextLength, task.inputDimension)
    let (x, y) = (graph.input("x"), graph.input("y"))
    // The streams and shapes of linear attention, cut to the blocks that are there.
    let value = graph.parameter(
      "heads.value",
      initial: initialScale
        * graph.normal("heads.value", [heads, d + 1]).slice(d..<d + 1, axis: -1))
    let keyQuery = graph.parameter(
      "heads.key-query",
      initial: initialScale
        * graph.normal("heads.key-query", [heads, d + 1, d]).slice(0..<d, axis: 1))
    let products = einsum("nd,no->nd", x[0..<n], y)
    let isCausal = task.scoring == .everyPrefix
    let sums =
      isCausal
      ? products.padded(axis: 0, before: 1).cumulativeSum(axis: 0)
      : products.sum(axis: 0, keepAxis: true)
    let beta = Attention(kind: .linear, scale: scale).divided(sums) { isCausal ? $0 : n }
    let queries = x[n + 1 - task.positions..<n + 1]
    let features = einsum("pa,pc->pac", beta, queries).named("cubic-features")
    let hidden = einsum("hac,pac->ph", keyQuery, features).named("hidden")
    return einsum("ph,ho->po", hidden, value).named("prediction")
  }
}
