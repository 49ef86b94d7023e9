import ICLKit

/// K steps of gradient descent on the context, from zero.
///
///     w ← w + η (α - Σ w),  so that after K steps w = Σ⁻¹ (I - (I - η Σ)^K) α
/// `adaptive`: then σ̂² = ρ / (n - d) of that w, and K steps from zero on the ridge objective,
///     w ← w + η' (α - (Σ + σ̂² I) w),   η' = 1 / (1/η + σ̂²).
struct GradientSteps: Model {
  static let id = "gradient-steps"
  static let summary = "gradient descent on the context, also on an estimated ridge objective"

  @Option("K, the number of steps", 1...100_000) var steps = 10
  @Option("η", 1e-12...1e6) var rate = 0.02
  @Option("K more steps from zero with the noise variance that the residual shows")
  var adaptive = false
  @Option("η is a trained parameter") var tuned = false

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let sums = try ContextSums(graph, task)
    let start = graph.constant([rate], [1])
    let eta = tuned ? graph.parameter("rate", initial: start) : start
    let first = descent(graph, sums, rate: eta, matrix: sums.squares)
    guard adaptive else { return sums.prediction(first) }
    let noise = try sums.noiseEstimate(first)
    let matrix = sums.squares + noise.reshaped([1]) * graph.identity(sums.dimension)
    return sums.prediction(descent(graph, sums, rate: 1 / (1 / eta + noise), matrix: matrix))
  }

  private func descent(
    _ graph: Graph, _ sums: ContextSums, rate: Tensor, matrix: Tensor
  ) -> Tensor {
    // The first step is from zero.
    let first = rate * sums.products
    if steps == 1 { return first }
    return graph.scan(
      initial: [first], sequences: [], shared: [matrix, sums.products, rate], outputs: 0,
      length: steps - 1
    ) { step in
      let (w, matrix, products, rate) = (
        step.carries[0], step.shared[0], step.shared[1], step.shared[2]
      )
      return ([w + rate * (products - einsum("ij,jo->io", matrix, w))], [])
    }.carries[0]
  }
}
