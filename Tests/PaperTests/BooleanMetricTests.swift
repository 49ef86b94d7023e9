import Foundation
import ICLPlugins
import ICLTraining
import Testing

/// The metrics of the Boolean papers on whole runs.
@Suite struct BooleanMetricTests {
  private func run(
    model: String = "softmax-mixer", metric: String, _ settings: [String], trains: Bool = true
  ) throws -> [String: [Double]] {
    try values(model: model, metric: metric, settings, trains: trains).mapValues(\.values)
  }

  private func values(
    model: String = "softmax-mixer", metric: String, _ settings: [String], trains: Bool = true
  ) throws -> [String: MetricValues] {
    let experiment = try ResolvedRun(
      RunConfiguration(
        model: model, task: "boolean", metrics: [metric],
        optimizer: trains ? "gradient-descent" : nil,
        settings: try Settings(["run.threads=1"] + settings)), in: FirstParty.catalog)
    let evaluation = try trains ? experiment.execute().evaluation : experiment.evaluate().evaluation
    return Dictionary(
      uniqueKeysWithValues: evaluation.metrics[0].values.map { ($0.name, $0) })
  }

  /// Check C4: all rows, one step; accuracies by going through all rows.
  @Test func oneStepOnAllRows() throws {
    let rate = 64 * (log(8.0) + 4)
    let values = try run(
      metric: "support-recovery",
      [
        "task.dimension=8", "task.support=4", "task.inputs=every-row", "task.hidden=first",
        "run.batch=256", "run.prompts=256", "run.precision=double", "run.steps=1",
        "run.evaluation-prompts=256", "optimizer.learning-rate=\(rate)",
        "metric.support-recovery.bits=true",
      ])
    expect(values["child-weight"]!, [rate * 0.01171875], within: 1e-9)
    expect(values["other-weight"]!, [-rate * 0.00390625], within: 1e-9)
    let child = exp(rate * 0.015625)
    let (near, far) = (child / (2 * child + 6), 1 / (2 * child + 6))
    let indicator = (0..<8).map { 2 * ($0 < 4 ? near + far : 2 * far) }
    expect(values["indicator"]!, indicator, within: 1e-9)
    expect(values["error"]!, [1 - 2 * (near + far)], within: 1e-9)
    expect(values["irrelevant-mass"]!, [6 * far], within: 1e-9)
    for name in ["exact-threshold", "exact-columns", "exact-top", "overlap"] {
      #expect(values[name] == [1])
    }
    for name in ["threshold", "columns", "top", "attention"] {
      #expect(values["accuracy-\(name)"] == [1])
    }
    #expect(values["theory.mean-error"] == [0.5])
  }

  /// Without a step nothing is known: all weights are equal, and the first bits are as good as any.
  @Test func uniformAttentionKnowsNothing() throws {
    let values = try run(
      metric: "support-recovery",
      [
        "task.dimension=8", "task.support=4", "task.hidden=first", "task.inputs=near-miss",
        "run.evaluation-prompts=4000",
      ], trains: false)
    expect(values["error"]!, [0.5], within: 1e-12)
    expect(values["mean-error"]!, [0.5], within: 1e-12)
    #expect(values["exact-threshold"] == [0])
    // {v̂ > 1/2} is empty, and the AND of nothing is 1.
    expect(values["accuracy-threshold"]!, [0.5], within: 1e-12)
    expect(values["irrelevant-mass"]!, [0.75], within: 1e-12)
  }

  /// Elimination in 4000 problems of its own, against the formula and its own answers.
  @Test func eliminationInContexts() throws {
    let values = try run(
      model: "elimination", metric: "support-recovery",
      [
        "task.dimension=16", "task.support=4", "task.labels=end-to-end", "task.context-length=64",
        "run.evaluation-prompts=4000",
      ], trains: false)
    // q ~ Poisson(4): E[(1 - 2^-q)^12]. Here q ~ Binomial(64, 1/16), .43244 (scipy), and where e bits
    // are left by mistake, one of the C(4 + e, 4) choices of the top 4 is right: .48941.
    expect(values["theory.exact-top"]!, [0.43067344563893606], within: 1e-9)
    let error = 4 * (0.25 / 4000).squareRoot()
    expect(values["exact-threshold"]!, [0.43244], within: error)
    expect(values["exact-top"]!, [0.48941], within: error)
    // Never wrong where y = 0; where it is 1, right if the bits that are left by mistake are 1 too:
    // (1 + E[(1 - 2^-q / 2)^12]) / 2 = .79540 (scipy), ± .015 from 250 rows with y = 1.
    expect(values["accuracy-prediction"]!, [0.7954], within: 0.06)
  }

  /// Predictions that are the same for all prompts.
  @Test(arguments: [
    ("always-zero", 48, 0.75), ("best-constant", 48, 0.25), ("best-constant", 16, 0.25),
  ])
  func constants(_ model: String, _ support: Int, _ error: Double) throws {
    let values = try run(
      model: model, metric: "support-recovery",
      ["task.labels=end-to-end", "task.support=\(support)", "run.evaluation-prompts=1000"],
      trains: false)
    expect(values["mean-error"]!, [error], within: 1e-12)
    expect(values["theory.mean-error"]!, [0.25], within: 1e-12)
    expect(values["least-error"]!, [0], within: 1e-12)
  }

  @Test func chainOfOwnNodes() throws {
    let values = try run(
      metric: "chain-accuracy",
      [
        "task.dimension=8", "task.support=4", "task.function=xor", "task.tree=full",
        "task.encoding=plus-minus", "model.link=phi", "task.inputs=every-row", "run.batch=256",
        "run.prompts=256", "run.evaluation-prompts=256", "run.precision=double", "run.steps=1",
        "optimizer.learning-rate=75",
      ])
    #expect(values["exact-columns"] == [1])
    #expect(values["accuracy"] == [1])
    #expect(values["node-accuracy"]!.count == 3)
    #expect(values["open-levels"] == [2])
    let (chain, root) = (values["chain-loss"]![0], values["root-loss"]![0])
    #expect(root < 0.05 && chain < 0.05 && 3 * chain >= root)
    #expect(values["largest-root-error"]![0] >= (2 * root).squareRoot())
  }

  /// Before training, over all rows: exact means and deviations of start.py of the paper's folder.
  @Test(
    arguments: [
      ("causal", "given", 2.1316447187928667, 0.7328749999999999),
      ("level", "given", 2.107875, 0.7328749999999999),
      ("causal", "generated", nil, 0.7678221031945732), ("level", "generated", nil, 0.760975),
    ] as [(String, String, Double?, Double)])
  func lossesBeforeTraining(mask: String, chain: String, ofChain: Double?, ofRoot: Double) throws {
    let values = try values(
      metric: "chain-accuracy",
      [
        "task.dimension=8", "task.support=4", "task.function=xor", "task.tree=full",
        "task.encoding=plus-minus", "task.inputs=every-row", "task.chain=\(chain)",
        "model.link=phi", "model.mask=\(mask)", "run.evaluation-prompts=256",
        "run.precision=double",
      ], trains: false)
    if let ofChain { expect(values["chain-loss"]!.values, [ofChain / 3], within: 1e-12) }
    expect(values["root-loss"]!.values, [ofRoot], within: 1e-12)
    if (mask, chain) == ("causal", "generated") {
      let error = 0.7513979544382337 / 255.0.squareRoot()
      expect(values["root-loss"]!.standardErrors!, [error], within: 1e-12)
    }
    let error = try #require(values["chain-loss"]!.standardErrors)[0]
    #expect(error > 0 && error < 0.1)
  }

  /// Check C26.
  @Test func covariancesOfATreeOfAnd() throws {
    let values = try run(
      metric: "label-covariance",
      [
        "task.dimension=8", "task.support=8", "task.tree=full", "task.inputs=every-row",
        "task.hidden=first", "run.evaluation-prompts=256",
      ], trains: false)
    let table = values["covariance"]!
    func covariance(_ token: Int, _ label: Int) -> Double { table[token * 7 + label] }
    expect(
      [covariance(0, 0), covariance(8, 4), covariance(12, 6), covariance(0, 4), covariance(0, 6)],
      [0.125, 0.046875, 0.003662109375, 0.03125, 0.001953125], within: 1e-12)
    expect(
      values["label-mean"]!, [0.25, 0.25, 0.25, 0.25, 0.0625, 0.0625, 1 / 256.0], within: 1e-12)
  }

  /// Check P1.
  @Test func linkAndItsSlope() throws {
    let values = try run(
      metric: "link-curve",
      [
        "task.dimension=8", "task.support=2", "task.function=xor", "task.labels=end-to-end",
        "task.encoding=plus-minus", "task.inputs=every-row", "model.link=phi",
        "run.evaluation-prompts=256", "metric.link-curve.points=-1,-0.75,-0.5,-0.25,0,1",
      ], trains: false)
    expect(values["value"]!, [1, 0.75, 0, -0.75, -1, 1], within: 1e-12)
    expect(values["slope"]!, [0, -2, -4, -2, 0, 0], within: 1e-12)
  }

  @Test func refusals() {
    let cases: [(metric: String, model: String, settings: [String], text: String)] = [
      ("support-recovery", "softmax-mixer", ["task.tree=full"], "there is chain-accuracy"),
      ("chain-accuracy", "softmax-mixer", [], "give task.encoding=plus-minus"),
      ("link-curve", "softmax-mixer", [], "no prompt has z = -1"),
      (
        "support-recovery", "elimination",
        ["task.labels=end-to-end", "task.context-length=8", "task.encoding=plus-minus"],
        "give task.encoding=zero-one"
      ),
      (
        "support-recovery", "elimination",
        ["task.labels=end-to-end", "task.context-length=8", "task.function=xor"],
        "give task.function=and or task.function=or"
      ),
    ]
    for (metric, model, settings, text) in cases {
      let error = #expect(throws: Failure.self) {
        _ = try run(
          model: model, metric: metric, settings + ["run.evaluation-prompts=10"], trains: false)
      }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
  }
}
