import ICLKit

/// The posterior mean over the finite set of tasks of the run: the predictor that memorises.
///
///     p_m ∝ exp(-1/(2σ²) Σ_{j<k} |y_j - w_mᵀ x_j|²),   ŷ_k = Σ_m p_m w_mᵀ x_k
struct DMMSE: Model {
  static let id = "dmmse"
  static let summary = "posterior mean over a finite set of linear tasks; Bayes-optimal for it"

  @Option("variance σ² of the noise, or auto: what the task says") var noiseVariance = "auto"
  @Option("the least variance, which keeps prompts without noise finite", 1e-12...1)
  var jitter = 1e-5
  @Option("tasks that are computed together; the result is the same", 1...65536) var block = 32

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard let tasks = try graph.taskSet(of: task) else {
      throw KitError(
        "dmmse needs a task with a finite set of tasks: set task.tasks of task ridge",
        path: "tasks", code: .unsupported)
    }
    let variance = graph.constant(max(try noise(task), jitter))
    return graph.taskPosterior(for: task, tasks: tasks, noiseVariance: variance, block: block)
      .named("prediction")
  }

  private func noise(_ task: Signature) throws -> Double {
    if noiseVariance == "auto" {
      guard let known = task.properties["noise-variance"] else {
        throw KitError(
          "the task does not say its noise-variance: give a number", path: "noise-variance")
      }
      return known
    }
    guard let value = Double(noiseVariance), value >= 0, value.isFinite else {
      throw KitError(
        "expected a number of at least 0, or auto, found \(noiseVariance)", path: "noise-variance")
    }
    return value
  }
}
