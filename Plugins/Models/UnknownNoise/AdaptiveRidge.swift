import ICLKit

/// Ridge regression whose penalty is the noise that the residual of least squares shows.
///
///     w = (Σ + s² I)⁻¹ α,   s² = min(c σ̂², cap),   σ̂² = ρ / (n - d)
/// AdaRR is c = 1 without a cap, TunedRR both tuned, ConstRR the cap alone (arXiv 2402.14180, 4.2).
struct AdaptiveRidge: Model {
  static let id = "adaptive-ridge"
  static let summary = "ridge regression with an estimated noise variance: AdaRR, TunedRR, ConstRR"

  @Option("c, the penalty over the estimated variance of the noise", 0...1e6) var factor = 1.0
  @Option("the largest penalty; 0: none, or where it is tuned or needed, the task's E σ²", 0...1e12)
  var cap = 0.0
  @Option("whether the residual is read; without, the penalty is the cap for all prompts")
  var estimate = Estimate.residual
  @Option("c and the cap, where they are used, are trained parameters") var tuned = false

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let sums = try ContextSums(graph, task)
    func number(_ name: String, _ value: Double) -> Tensor {
      let start = graph.constant([value], [1])
      guard tuned else { return start }
      return maximum(graph.parameter(name, initial: start), graph.constant(0))
    }
    let largest: Tensor?
    if cap > 0 || tuned || estimate == .none {
      largest = number("cap", cap > 0 ? cap : try meanVariance(task))
    } else {
      largest = nil
    }
    guard estimate == .residual else { return sums.prediction(sums.ridge(largest!)) }
    let noise = try sums.noiseEstimate(sums.ridge(graph.constant(0)))
    let penalty = number("factor", factor) * noise
    let weights = sums.ridge(largest.map { minimum(penalty, $0) } ?? penalty)
    return sums.prediction(weights)
  }

  private func meanVariance(_ task: Signature) throws -> Double {
    guard let variance = task.properties["noise-variance"], variance > 0 else {
      throw KitError("the task does not say E σ²: give a number above 0", path: "cap")
    }
    return variance
  }
}

enum Estimate: String, OptionChoice { case residual, none }
