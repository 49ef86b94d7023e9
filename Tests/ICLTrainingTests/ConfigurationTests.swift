import ICLTraining
import Testing

@Suite struct ConfigurationTests {
  @Test(arguments: [
    (["model.head=2"], "model.head: there is no such option. Did you mean 'heads'?"),
    (["optimizer.learning-rate=nan"], "optimizer.learning-rate: expected a number from 0 "),
    (["task.dimension=-1"], "task.dimension: expected a whole number from 1 "),
    (["task.scoring=qeury"], "task.scoring: expected one of query, every-prefix, found 'qeury'."),
    (["metric.loss-by-context-lenght.a=1"], "metric.loss-by-context-lenght: the run has no such "),
    (["run.batch=1000000000000"], "run.batch: 1000000000000 prompts hold "),
  ])
  func nonsenseIsRefusedBeforeWorkStarts(settings: [String], message: String) {
    let failure = #expect(throws: Failure.self) {
      try TestPlugins.run(
        "linear-attention", "ridge", metrics: ["loss-by-context-length"], settings
      ).execute { _ in Issue.record("work started") }
    }
    #expect(failure?.status == .configuration)
    #expect(failure?.description.hasPrefix(message) == true, "\(failure?.description ?? "")")
  }

  @Test func namesAreNotGuessed() {
    let failure = #expect(throws: Failure.self) { try TestPlugins.run("linear-attn", "ridge") }
    #expect(failure?.status == .pluginRefused)
  }

  @Test func metricsThatNeedAnOracleWantATaskWithOne() throws {
    let task = TestPlugins.fixture("shift")
    let byDefault = try TestPlugins.run(
      TestPlugins.fixture("identity"), task, metrics: nil, ["run.evaluation-prompts=10"])
    #expect(byDefault.metrics.map(\.component.id) == ["loss-by-context-length"])
    let failure = #expect(throws: Failure.self) {
      try TestPlugins.run(TestPlugins.fixture("identity"), task, metrics: ["excess-over-oracle"])
    }
    #expect(failure?.status == .configuration)
    #expect(failure?.key == "metric.excess-over-oracle")
  }

  @Test func everyOptionHasItsOrigin() throws {
    let run = try TestPlugins.run("linear-attention", "ridge", ["model.heads=2", "run.steps=5"])
    var origins: [String: String] = [:]
    for option in run.values {
      origins["\(option.owner).\(option.name)"] = "\(option.value) \(option.origin)"
    }
    #expect(origins["model.heads"] == "2 command line")
    #expect(origins["run.steps"] == "5 command line")
    #expect(origins["model.layers"] == "1 default")
    #expect(origins["optimizer.beta-1"] == "0.9 default")
  }

  @Test func costIsKnownBeforehand() throws {
    let run = try TestPlugins.run(
      "linear-attention", "ridge",
      ["task.dimension=4", "model.heads=3", "run.batch=10"])
    let cost = try run.cost()
    // A head has a row of 5 for the value, and a 5 x 4 key-query matrix.
    #expect(cost.parameters == 3 * (5 + 20))
    #expect(cost.isTrained && cost.flops > 0 && cost.memory > 0)
    let larger = try TestPlugins.run(
      "linear-attention", "ridge", ["task.dimension=4", "model.heads=3", "run.batch=20"]
    ).cost()
    #expect(larger.flops == 2 * cost.flops)
  }
}
