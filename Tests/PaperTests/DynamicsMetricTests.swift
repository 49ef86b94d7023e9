import ICLPlugins
import ICLTraining
import LinearAttentionDynamics
import Testing

/// The metric `linear-attention-dynamics` on whole runs.
@Suite struct DynamicsMetricTests {
  private func run(
    model: String = "linear-attention", task: String = "ridge-population",
    metric: String = "linear-attention-dynamics", trains: Bool = true, _ settings: [String]
  ) throws -> (values: [String: [Double]], loss: Double) {
    let usual = [
      "task.dimension=4", "task.context-length=31", "task.covariance=linear",
      "task.trace-normalised=true", "run.precision=double", "run.threads=1",
    ]
    let population =
      task == "ridge-population"
      ? ["run.batch=64", "run.prompts=64", "run.evaluation-prompts=64"] : []
    let run = try ResolvedRun(
      RunConfiguration(
        model: model, task: task, metrics: [metric], optimizer: "gradient-descent",
        settings: try Settings(usual + population + settings)), in: FirstParty.catalog)
    let report = try trains ? run.execute() : run.evaluate()
    let values = Dictionary(
      uniqueKeysWithValues: report.evaluation.metrics[0].values.map { ($0.name, $0.values) })
    return (values, report.training?.finalLoss ?? .nan)
  }

  /// τ = 500 steps: gradient descent is nearly the flow.
  @Test func mergedFollowsTheReduction() throws {
    let values = try run([
      "model.heads=8", "model.initial-scale=0.001", "optimizer.learning-rate=0.02",
      "run.steps=900",
    ]).values
    let measured = try #require(values["population-loss"])
    let theory = try #require(values["theory.population-loss"])
    // The drop is at about 40 τ; here it is under way.
    #expect((0.15...0.9).contains(measured[0]))
    expect(theory, measured, within: 0.02)
    expect(values["theory.map-diagonal"]!, values["map-diagonal"]!, within: 0.05)
    #expect(values["mixing-blocks"]![0] < 1e-12)
    #expect(values["conserved-drift"]![0] < 0.02)
    #expect(values["map"]!.count == 16)
    #expect(values["theory.head-values"] == nil)
  }

  /// A program that leaves out 1/N, with the same weights and rate in the paper's scale.
  @Test(arguments: ["merged", "separate"])
  func scalesAreTheSameProgram(_ parametrization: String) throws {
    let factor = parametrization == "merged" ? 31.0.squareRoot() : cbrt31
    let common = ["model.heads=3", "model.parametrization=\(parametrization)", "run.steps=300"]
    let context = try run(
      common + ["model.initial-scale=0.1", "optimizer.learning-rate=0.02"])
    let none = try run(
      common + [
        "model.scale=none", "model.initial-scale=\(0.1 / factor)",
        "optimizer.learning-rate=\(0.02 / factor / factor)",
      ])
    #expect(abs(context.loss - none.loss) < 1e-9)
    for (name, values) in context.values where name != "mixing-blocks" {
      expect(none.values[name] ?? [], values, within: 1e-6, name)
    }
  }
  private var cbrt31: Double { 3.1413806523913927 }

  /// T as a mean over 20000 prompts has nearly the singular value of its expectation.
  @Test(arguments: [(0.4, 12.3762), (1.0, 3.8750)])
  func sampledDriveNearsItsExpectation(fraction: Double, expected: Double) throws {
    let values = try run(
      task: "ridge", metric: "in-weight-theory", trains: false,
      [
        "task.covariance=spectrum", "task.noise-variance=0", "task.scoring=query",
        "task.in-context-fraction=\(fraction)", "model.scale=none",
        "run.evaluation-prompts=20000",
      ]
    ).values
    expect(values["theory.singular-value"]!, [expected], within: 5e-5)
    expect(values["theory.sample-singular-value"]!, [expected], within: 0.04 * expected)
    // Where all prompts have tasks of their own there is no leading direction.
    guard fraction < 1 else { return }
    let (sample, population) = (
      values["theory.sample-escape-step"]![0], values["theory.escape-step"]![0]
    )
    // How near the two are hangs on the start; check C8 holds the sample's against training.
    #expect(sample > 0 && population > 0 && sample != population)
  }

  @Test func constantsAreReportedAtTheStart() throws {
    let values = try run(
      metric: "linear-attention-dynamics",
      [
        "model.heads=5", "model.parametrization=separate", "model.initial-scale=0.03",
        "optimizer.learning-rate=0.05", "run.steps=20000",
      ]
    ).values
    // After training there are none.
    #expect(values["theory.plateau-losses"] == nil)
    let report = try ResolvedRun(
      RunConfiguration(
        model: "linear-attention", task: "ridge-population",
        metrics: ["linear-attention-dynamics"], optimizer: "gradient-descent",
        settings: try Settings([
          "task.dimension=4", "task.context-length=31", "task.covariance=linear",
          "task.trace-normalised=true", "model.heads=5", "model.parametrization=separate",
          "model.initial-scale=0.03", "optimizer.learning-rate=0.05", "run.steps=20000",
          "run.evaluation-prompts=64",
        ])), in: FirstParty.catalog
    ).evaluate()
    let start = Dictionary(
      uniqueKeysWithValues: report.evaluation.metrics[0].values.map { ($0.name, $0.values) })
    expect(start["theory.plateau-losses"]!, usual.plateauLosses, within: 1e-12)
    expect(start["theory.fixed-point-losses"]!, usual.fixedPointLosses, within: 1e-12)
    expect(start["theory.steps-per-tau"]!, [10], within: 1e-12)
    // The first drop, from the actual start, in units of τ about 1 / (0.16 0.03).
    let first = try #require(start["theory.drop-steps"]?.first)
    #expect((500...6000).contains(first))
    // What has been learnt after 2000 τ is what theory says.
    #expect(values["components-learnt"] == values["theory.components-learnt"])
    #expect(values["drops"] == values["theory.drops"])
    #expect(values["components-learnt"]![0] >= 2)
  }

  /// The loss has fallen by .01 at the step that theory gives from the actual start, on 5000 prompts
  /// of which a fraction has a task of its own. The fall grows by e in about 30 steps, and σ₁ of the
  /// sample differs by a few percent from the population's.
  @Test(arguments: [("0", "noise"), ("0.4", "informative")])
  func learningInWeightsStartsOnTime(_ fraction: String, _ context: String) throws {
    let settings = [
      "task.dimension=4", "task.context-length=31", "task.trace-normalised=true",
      "task.noise-variance=0", "task.scoring=query", "task.set-size=5000",
      "task.in-context-fraction=\(fraction)", "task.context=\(context)", "model.heads=8",
      "model.initial-scale=1e-6", "model.scale=none", "optimizer.learning-rate=0.0005",
      "run.seed=10", "run.batch=5000", "run.prompts=5000", "run.evaluation-prompts=5000",
    ]
    func make(_ more: [String]) throws -> ResolvedRun {
      try ResolvedRun(
        RunConfiguration(
          model: "linear-attention", task: "ridge", metrics: ["in-weight-theory"],
          optimizer: "gradient-descent", settings: try Settings(settings + more)),
        in: FirstParty.catalog)
    }
    let start = try make([]).evaluate().evaluation.metrics[0].values
    let step = try #require(start.first { $0.name == "theory.escape-step" }).values[0]
    #expect((500...1000).contains(step), "\(step)")
    let before = try #require(try make(["run.steps=1"]).execute().training).finalLoss
    let after = try #require(try make(["run.steps=\(Int(step))"]).execute().training).finalLoss
    #expect((0.002...0.05).contains(before - after), "step \(step): \(before - after)")
  }

  @Test func refusals() {
    let cases: [(model: String, settings: [String], text: String)] = [
      ("linear-attention", ["run.prompts=32", "run.batch=32"], "not whole sets of the task"),
      ("linear-attention", ["run.prompts=0"], "the task is a set of 64 prompts"),
      ("linear-attention", ["task.basis=random"], "give task.basis=standard"),
      ("least-squares", [], "no parameter heads.value"),
    ]
    for (model, settings, text) in cases {
      let error = #expect(throws: Failure.self) {
        _ = try run(model: model, ["run.steps=1"] + settings)
      }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
  }
}
