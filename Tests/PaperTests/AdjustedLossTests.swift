import Foundation
import ICLPlugins
import ICLTraining
import Testing

/// The metrics of `linear-transformer-theory` on whole evaluations.
@Suite struct AdjustedLossTests {
  private func evaluate(
    _ model: String, _ metric: String, _ settings: [String], prompts: Int = 8192
  ) throws -> (values: [String: MetricValues], loss: Double, oracle: Double) {
    let usual = [
      "task.dimension=4", "task.context-length=9", "task.noisy-targets=false",
      "task.scoring=query", "task.noise=categorical", "task.noise-levels=0.5,2",
      "run.evaluation-prompts=\(prompts)", "run.threads=1", "run.precision=double",
    ]
    let report = try ResolvedRun(
      RunConfiguration(
        model: model, task: "ridge", metrics: [metric], optimizer: nil,
        settings: try Settings(usual + settings)), in: FirstParty.catalog
    ).evaluate()
    let values = Dictionary(
      uniqueKeysWithValues: report.evaluation.metrics[0].values.map { ($0.name, $0) })
    return (
      values, report.evaluation.loss.mean, report.evaluation.oracleLoss?.mean ?? .nan
    )
  }

  /// Exact weights against the sampled query, for a predictor and for layers.
  @Test(arguments: [
    ("ridge", [String]()), ("adaptive-ridge", []), ("gradient-steps", ["model.steps=30"]),
    ("noise-posterior", []),
    ("linear-transformer", ["model.layers=2", "model.initial-scale=0.1"]),
  ])
  func exactIsTheSampledInTheMean(_ model: String, _ settings: [String]) throws {
    let (values, loss, oracle) = try evaluate(model, "adjusted-loss", settings, prompts: 40_000)
    let (mean, paired) = (values["mean"]!, values["paired"]!)
    let error = paired.standardErrors![0]
    #expect(abs(mean.values[0] - paired.values[0]) < 4 * error, "\(mean.values) \(paired.values)")
    #expect(mean.standardErrors![0] < error)
    #expect(abs(paired.values[0] - (loss - oracle) / 2) < 1e-9)
    // The trace formula.
    #expect(abs(values["oracle"]!.values[0] - oracle / 2) < 0.02 * oracle)
    #expect(values["nonlinearity"]!.values[0] < 1e-9)
    #expect(values["median"]!.values[0] < mean.values[0])
    #expect(values["trimmed-mean"]!.values[0] <= mean.values[0])
  }

  @Test func whatIsNotLinearInTheQueryIsRefused() throws {
    for model in ["least-squares", "softmax-transformer"] {
      let error = #expect(throws: Failure.self) {
        _ = try evaluate(model, "adjusted-loss", [], prompts: 16)
      }
      #expect(error?.description.contains("not a linear function of the query") == true, "\(model)")
    }
  }

  /// The last layer's read-out is the prediction; the first of these layers is one step.
  @Test func layers() throws {
    let settings = ["model.layers=3", "model.initial-scale=0.2", "model.parametrization=free"]
    let layers = try evaluate("linear-transformer", "layer-losses", settings).values
    let whole = try evaluate("linear-transformer", "adjusted-loss", settings).values
    let means = layers["mean"]!
    #expect(means.values.count == 3)
    #expect(means.firstIndex == 1)
    // Rounding, relative to losses that these large weights make large.
    let (mean, median) = (whole["mean"]!.values[0], whole["median"]!.values[0])
    #expect(abs(means.values[2] - mean) < 1e-12 * max(1, mean))
    #expect(abs(layers["median"]!.values[2] - median) < 1e-12 * max(1, median))
  }

  /// Against the layers' own values, in double precision.
  @Test(arguments: ["full", "diag", "free", "gd++"], ["sum", "mean"])
  func implicitModel(_ parametrization: String, _ sum: String) throws {
    let scale = sum == "sum" ? "0.05" : "0.3"
    let values = try evaluate(
      "linear-transformer", "implicit-regression",
      [
        "model.layers=4", "model.parametrization=\(parametrization)", "model.context-sum=\(sum)",
        "model.initial-scale=\(scale)", "model.heads=\(parametrization == "free" ? 1 : 2)",
      ], prompts: 64
    ).values
    for name in ["tokens-error", "query-error", "weights-error", "gram-error"] {
      #expect(values[name]!.values[0] < 1e-9, "\(name) \(values[name]!.values)")
    }
    guard parametrization != "full" else { return }
    #expect(values["momentum-error"]!.values[0] < 1e-8)
    #expect(values["shrinkage"]!.values.count == 4)
  }

  /// A ridge of a constant penalty is seen as that ridge.
  @Test func effectivePenalty() throws {
    let constant = try evaluate("ridge", "effective-penalty", ["model.noise-variance=1.7"]).values
    #expect(abs(constant["median"]!.values[0] - 1.7) < 1e-4)
    #expect(abs(constant["spread"]!.values[0] - 1) < 1e-3)
    let adaptive = try evaluate("adaptive-ridge", "effective-penalty", []).values
    #expect(adaptive["estimate-correlation"]!.values[0] > 0.999)
    #expect((0.4...0.95).contains(adaptive["noise-correlation"]!.values[0]))
    let (found, estimates) = (adaptive["penalties"]!.values, adaptive["noise-estimates"]!.values)
    for (a, b) in zip(found, estimates) { #expect(abs(a / b - 1) < 1e-3) }
  }

  /// What ridge keeps of least squares along an eigenvector of Σ is λ / (λ + s²), by definition.
  @Test func spectralGains() throws {
    let known = [
      "task.noise=fixed", "task.noise-variance=2.5", "model.noise-variance=2.5",
      "metric.effective-penalty.prompts=4000",
    ]
    let gains = try evaluate("ridge", "effective-penalty", known).values
    let (found, oracle) = (gains["gain"]!.values, gains["oracle-gain"]!.values)
    #expect(found.count == 4)
    for (a, b) in zip(found, oracle) { #expect(abs(a - b) < 1e-6) }
    // Large eigenvalues are kept, small ones are not.
    for (a, b) in zip(found, found.dropFirst()) { #expect(a > b) }
    let plain = try evaluate("ridge", "effective-penalty", ["model.noise-variance=0"]).values
    for gain in plain["gain"]!.values { #expect(abs(gain - 1) < 1e-2) }
  }

  /// Of one prompt, the means are its own values.
  @Test func layerStates() throws {
    let values = try evaluate(
      "linear-transformer", "implicit-regression",
      [
        "model.layers=3", "model.initial-scale=0.3", "model.parametrization=free",
        "metric.implicit-regression.prompts=1",
      ], prompts: 2
    ).values
    let (momentum, map) = (values["momentum"]!.values, values["map"]!.values)
    for layer in 0..<3 {
      #expect(values["mean-scale"]!.values[layer] == values["scale"]!.values[layer])
      let u = momentum[4 * layer..<4 * layer + 4].reduce(0) { $0 + $1 * $1 }
      #expect(abs(values["momentum-size"]!.values[layer] - u.squareRoot()) < 1e-12)
      let rest = (0..<16).reduce(0.0) {
        let entry = map[16 * layer + $1] - ($1 % 5 == 0 ? 1 : 0)
        return $0 + entry * entry
      }
      #expect(abs(values["map-distance"]!.values[layer] - rest.squareRoot()) < 1e-12)
      #expect(abs(values["direction"]!.values[layer]) <= 1 + 1e-12)
    }
  }

  /// A recorded evaluation without training is of the parameters that it is given: F-A of the paper,
  /// three layers of GD++ at σ ~ U(0, 5), whose adjusted loss is .3618(9).
  @Test func givenWeightsAreEvaluated() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "icl-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let papers = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Registry/papers/linear-transformers-noise")
    var experiment = try Experiment(
      file: papers.appending(path: "transformer.yaml").path,
      overrides: try Settings(["model.layers=3", "run.evaluation-prompts=20000"]))
    experiment.optimizer = nil
    let run = try RecordedRun(
      experiment, in: FirstParty.catalog,
      at: RunDestination(folder: folder.path, resumes: false),
      parameters: papers.appending(path: "start/a.safetensors").path)
    guard case .finished(let report) = try run.execute() else {
      Issue.record("the run was not finished")
      return
    }
    let adjusted = try #require(report.evaluations[0].evaluation.metrics.first?.values)
    let mean = try #require(adjusted.first { $0.name == "mean" })
    #expect(abs(mean.values[0] - 0.3618) < 4 * mean.standardErrors![0] + 0.004, "\(mean.values)")
  }
}
