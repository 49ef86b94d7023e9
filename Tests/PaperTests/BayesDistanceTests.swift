import ICLTraining
import Testing

/// The metric on prompts of the task, with the predictors' own losses as truth.
@Suite struct BayesDistanceTests {
  private func evaluate(_ model: String, _ more: [String: String]) throws -> [String: Double] {
    let settings = [
      "pool": "split-mix", "dimension": "3", "context-length": "7", "noise-variance": "0.125",
    ].merging(more) { $1 }
    let report = try ResolvedRun(
      RunConfiguration(
        model: model, task: "ridge", metrics: ["bayes-distance"], optimizer: nil,
        settings: try Settings(
          settings.map { "task.\($0.key)=\($0.value)" } + ["run.evaluation-prompts=3000"])),
      in: FirstParty.catalog
    ).execute()
    let values = report.evaluation.metrics[0].values
    return Dictionary(
      uniqueKeysWithValues: values.filter { $0.values.count == 1 }.map { ($0.name, $0.values[0]) })
  }

  /// A predictor is at no distance from itself, and its loss is the reference's.
  @Test func predictorsAreThemselves() throws {
    let ridge = try evaluate("ridge", ["tasks": "16"])
    #expect(ridge["to-ridge"]! < 1e-18)
    #expect(abs(ridge["to-dmmse"]! - ridge["ridge-to-dmmse"]!) < 1e-12)
    let posterior = try evaluate("dmmse", ["tasks": "16"])
    #expect(posterior["to-dmmse"]! < 1e-18)
    #expect(abs(posterior["to-ridge"]! - ridge["to-dmmse"]!) < 1e-12)
    // D = 3, K = 8, M = 16: .382 of 4,000 sequences; dMMSE .8789, ridge r · .84204 + .26489 + .125.
    #expect(abs(posterior["to-ridge"]! - 0.382) < 0.03)
    #expect(abs(posterior["dmmse-loss"]! - 0.8789) < 0.05)
  }

  /// Where ridge is the posterior mean, loss = its loss + distance to it, for any model.
  @Test func residualIsZeroInTheMean() throws {
    let fresh = try evaluate("dmmse", ["tasks": "16", "drawn": "fresh"])
    #expect(abs(fresh["ridge-residual"]!) < 0.1)
    #expect(fresh["to-ridge"]! > 0.8)
    let trained = try evaluate("ridge", ["tasks": "16"])
    #expect(abs(trained["dmmse-residual"]!) < 0.04)
  }

  @Test func withoutTasksThereIsRidgeAlone() throws {
    let values = try evaluate("ridge", [:])
    #expect(values["to-dmmse"] == nil && values["to-ridge"]! < 1e-18)
  }
}
