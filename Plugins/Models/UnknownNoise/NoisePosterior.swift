import ICLKit

/// The Bayes-optimal prediction where the law of the noise level is known, but not the level.
///
///     w = Σ_σ p(σ | data) (Σ + σ² I)⁻¹ α,   log p(σ | data) = log p(σ)
///       - ½ [log det(Σ + σ² I) + (n - d) log σ² + (λ - αᵀ (Σ + σ² I)⁻¹ α) / σ²] + constant
/// for w ~ N(0, I) and y_j = wᵀ x_j + N(0, σ²); a uniform law is taken at the middles of as many
/// pieces. No prediction has a lower expected loss.
struct NoisePosterior: Model {
  static let id = "noise-posterior"
  static let summary = "the Bayes mixture of ridge regressions over noise levels"

  @Option("the standard deviations σ, equally likely; empty: those of the task's law", 0...1e6)
  var levels: [Double] = []
  @Option("the standard deviation is uniform up to this; 0: as the task's law says", 0...1e6)
  var maximum = 0.0
  @Option("levels that stand for a uniform law", 2...65536) var pieces = 400

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard task.properties["prior-variance"] ?? 1 == 1 else {
      throw KitError(
        "the prior variance of w must be 1: set task.prior-variance=1", path: "prior-variance",
        code: .unsupported)
    }
    let sums = try ContextSums(graph, task)
    let (n, d) = (sums.pairs, sums.dimension)
    let variances = try deviations(task).map { $0 * $0 }
    let count = variances.count
    let noise = graph.constant(variances, [count])
    let reduced = Tridiagonal(sums.squares, sums.products.reshaped([d]))

    // T + σ² I = L D Lᵀ for all levels at once; z = L⁻¹ Qᵀ α.
    var pivots: [Tensor] = []
    var forward: [Tensor] = []
    for index in 0..<d {
      var pivot = reduced.diagonal[index] + noise
      var value = reduced.right[index].broadcast(to: [count])
      if index > 0 {
        let multiple = reduced.below[index - 1] / pivots[index - 1]
        pivot = pivot - multiple * reduced.below[index - 1]
        value = value - multiple * forward[index - 1]
      }
      pivots.append(pivot)
      forward.append(value)
    }
    var misfit = sums.energy.broadcast(to: [count])
    var logarithms = Double(n - d) * noise.log()
    for (pivot, value) in zip(pivots, forward) {
      misfit = misfit - value * value / pivot
      logarithms = logarithms + pivot.log()
    }
    let posterior = (-0.5 * (logarithms + misfit / noise)).softmax().named("noise-posterior")

    var solution: [Tensor] = []
    for index in (0..<d).reversed() {
      var value = forward[index] / pivots[index]
      if let next = solution.first {
        value = value - reduced.below[index] / pivots[index] * next
      }
      solution.insert(value, at: 0)
    }
    let means = solution.map { einsum("k,k->", posterior, $0).reshaped([1]) }
    let weights = reduced.rotated(concatenate(means, axis: 0))
    return sums.prediction(weights.reshaped([d, 1]))
  }

  private func deviations(_ task: Signature) throws -> [Double] {
    var found = levels
    while levels.isEmpty, maximum == 0, let level = task.properties["noise-level-\(found.count)"] {
      found.append(level)
    }
    if !found.isEmpty {
      guard found.allSatisfy({ $0 > 0 }) else {
        throw KitError("a level of 0 has no density: give levels above 0", path: "levels")
      }
      return found
    }
    let largest = maximum > 0 ? maximum : task.properties["noise-maximum"] ?? 0
    guard largest > 0 else {
      throw KitError(
        "the task does not say the law of its noise: give levels or a maximum, or set task.noise to uniform or "
          + "categorical", path: "levels")
    }
    return (0..<pieces).map { largest * (Double($0) + 0.5) / Double(pieces) }
  }
}
