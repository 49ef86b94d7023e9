import ICLRecords
import ICLTraining
import Testing

/// Evaluations with prompts-of: training, which draw the fixed set again.
@Suite struct TrainingSetEvaluationTests {
  private static let set = ["run.prompts=32", "run.batch=32", "run.precision=double"]

  /// The loss of the set is what the next step of full-batch training starts from.
  @Test func theLossIsThatOfTraining() throws {
    try Running.inFolder { running in
      try running.session(
        "set", ["evaluations.fit={every: 3, prompts-of: training}"] + Self.set)
      let records = try RunDirectory(opening: running.path("set")).metrics()
      func losses(_ kind: String, _ name: String?) -> [Int: Double] {
        records.reduce(into: [:]) { losses, record in
          guard record["kind"]?.string == kind, record["name"]?.string == name else { return }
          losses[record["step"]?.integer ?? -1] = record["loss"]?.real
        }
      }
      let trained = losses("training", nil)
      let fitted = losses("evaluation", "fit")
      let common = Set(trained.keys).intersection(fitted.keys)
      #expect(common.count > 10)
      for step in common {
        #expect(abs(fitted[step]! - trained[step]!) < 1e-12 * trained[step]!, "step \(step)")
      }
      let sizes = records.filter { $0["name"]?.string == "fit" }.map { $0["prompts"]?.integer }
      #expect(Set(sizes) == [32])
      // Fresh prompts are others.
      #expect(abs(losses("evaluation", "test")[0]! - trained[0]!) > 1e-6)
    }
  }

  @Test func whatMakesTheRunIsWritten() throws {
    let fit = "evaluations.fit={every: 3, prompts-of: training, prompts: 8}"
    let run = try ResolvedRun(
      RunConfiguration(
        model: "linear-attention", task: "ridge", optimizer: "adam",
        settings: Settings(Self.set + ["run.steps=10"])), in: TestPlugins.catalog)
    var settings = try Settings(Self.set + ["run.steps=10", fit])
    settings.set(.model, "component", "linear-attention")
    settings.set(.task, "component", "ridge")
    settings.set(.optimizer, "component", "adam")
    let with = try ResolvedRun(Experiment(overrides: settings), in: TestPlugins.catalog)
    #expect(with.canonicalText.contains("prompts-of: training"))
    #expect(try with.identity() != run.identity())
  }

  @Test(arguments: [
    (["evaluations.fit={every: 3, prompts-of: set}"], "expected one of: fresh, training"),
    (["evaluations.fit={every: 3, prompts-of: training}"], "every step draws new prompts"),
    (
      ["evaluations.fit={every: 3, prompts-of: training}", "run.prompts=32", "run.batch=32"],
      "drawn in single precision"
    ),
    (["evaluations.test={every: 3, prompts-of: training}"] + set, "always of fresh prompts"),
    (
      ["evaluations.fit={every: 3, prompts-of: training, prompts: 64}"] + set,
      "64 prompts of a set of 32"
    ),
  ])
  func refuses(settings: [String], said: String) throws {
    try Running.inFolder { running in
      let failure = #expect(throws: Failure.self) { try running.session("no", settings) }
      #expect(failure.map { "\($0)" }?.contains(said) == true, "\(failure.map { "\($0)" } ?? "")")
    }
  }
}
