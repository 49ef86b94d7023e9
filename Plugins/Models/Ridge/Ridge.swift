import ICLKit

/// Ridge regression on the context pairs: the posterior mean for a Gaussian prior and noise.
///
///     w = (Σ x_j x_jᵀ + σ²/τ² I)⁻¹ Σ x_j y_j,   ŷ = x_qᵀ w
struct Ridge: Model {
  static let id = "ridge"
  static let summary = "ridge regression; Bayes-optimal for a Gaussian prior and noise"

  @Option("variance σ² of the noise, or auto: what the task says") var noiseVariance = "auto"
  @Option("prior variance τ² of each weight, or auto: what the task says")
  var priorVariance = "auto"
  @Option("the least penalty σ²/τ², which keeps prompts without noise solvable", 1e-12...1)
  var jitter = 1e-5
  @Option(
    "solve a system at every position, or go pair by pair; auto: pair by pair at every prefix, for "
      + "penalties from 0.01 on")
  var form = Form.auto

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let noise = try variance(noiseVariance, "noise-variance", task)
    let prior = try variance(priorVariance, "prior-variance", task)
    guard prior > 0 else { throw KitError("must be above 0", path: "prior-variance") }
    let ratio = max(noise / prior, jitter)
    let penalty = graph.constant(ratio)
    let isRecursive =
      form == .recursive || form == .auto && task.scoring == .everyPrefix && ratio >= 0.01
    let prediction =
      isRecursive
      ? graph.recursiveRidgeRegression(for: task, penalty: penalty)
      : graph.ridgeRegression(for: task, penalty: penalty)
    return prediction.named("prediction")
  }

  private func variance(_ text: String, _ name: String, _ task: Signature) throws -> Double {
    if text == "auto" {
      guard let known = task.properties[name] else {
        throw KitError("the task does not say its \(name): give a number", path: name)
      }
      return known
    }
    guard let value = Double(text), value >= 0, value.isFinite else {
      throw KitError("expected a number of at least 0, or auto, found \(text)", path: name)
    }
    return value
  }
}

enum Form: String, OptionChoice { case auto, cholesky, recursive }
