import ICLKit

/// One gradient step whose size depends on the energy of the labels: what two layers can do exactly.
///
/// With weights in our sign, w = η (1 + ω λ) α from zero, and
/// `energy=labels`: λ = Σ y_j², which is a first layer with ω_xy = ω and a second with ω_yx = -η;
/// `energy=residuals`: λ = Σ (y_j - η αᵀ x_j)², ω_yx = -η and then ω_yy = ω (arXiv 2402.14180, 5.3).
struct ShrunkStep: Model {
  static let id = "shrunk-step"
  static let summary = "one gradient step, scaled by the energy of labels or residuals"

  @Option("η", -1e6...1e6) var rate = 0.02
  @Option("ω, what the step changes by for each unit of energy", -1e6...1e6) var slope = 0.0
  @Option("of the labels, or of what a full step leaves of them") var energy = Energy.labels
  @Option("choose η and ω so that for n → ∞ and x ~ N(0, I/n) they are ridge at two noise levels")
  var matched = false

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let sums = try ContextSums(graph, task)
    let (rate, slope) = matched ? try matchedStep(task, pairs: sums.pairs) : (rate, slope)
    let first = rate * sums.products
    let energy = energy == .labels ? sums.energy : sums.residual(first)
    return sums.prediction((1 + slope * energy) * first)
  }

  /// Solves η (1 + n ω σ²) = 1 / (1 + σ²) at both levels (Theorem 5.2).
  private func matchedStep(_ task: Signature, pairs: Int) throws -> (Double, Double) {
    guard let first = task.properties["noise-level-0"],
      let second = task.properties["noise-level-1"],
      task.properties["noise-level-2"] == nil
    else {
      throw KitError(
        "two noise levels are matched: set task.noise=categorical and two task.noise-levels",
        path: "matched")
    }
    let (a, b) = (1 / (1 + first * first), 1 / (1 + second * second))
    let slope = -a * b
    let rate = a - slope * first * first
    return (rate, slope / rate / Double(pairs))
  }
}

enum Energy: String, OptionChoice { case labels, residuals }
