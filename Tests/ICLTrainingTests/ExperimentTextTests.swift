import Foundation
import ICLTraining
import Testing

/// An experiment as one file, and what identifies it.
@Suite struct ExperimentTextTests {
  static let examples = ["ridge", "growing-diversity", "changing-noise"]

  private func run(_ experiment: Experiment) throws -> ResolvedRun {
    try ResolvedRun(experiment, in: TestPlugins.catalog)
  }

  private func example(_ name: String, _ overrides: [String] = []) throws -> ResolvedRun {
    try run(
      Experiment(
        file: "\(ExperimentFolder.examples)/\(name).yaml", overrides: Settings(overrides)))
  }

  /// What is written is read as the same experiment, with every value said.
  @Test(arguments: examples)
  func textIsTheExperiment(name: String) throws {
    let first = try example(name)
    let folder = try ExperimentFolder(["x.yaml": first.canonicalText])
    let second = try run(folder.experiment("x.yaml"))
    #expect(try second.identity() == first.identity())
    #expect(second.text(withOrigins: false) == first.text(withOrigins: false))
    #expect(second.experiment.schedules.map(\.path) == first.experiment.schedules.map(\.path))
    #expect(second.evaluations.map(\.schedule) == first.evaluations.map(\.schedule))
    #expect(second.experiment.record == first.experiment.record)
    #expect(second.values.allSatisfy { $0.origin != .default })
  }

  @Test func textsThatLookLikeSomethingElse() throws {
    let folder = try ExperimentFolder([
      "x.yaml": """
        name: "yes # \\"no\\"\\n: é"
        model: linear-attention
        task: {component: ridge, prior-variance: 1.0e-9, spectrum: []}
        record: {checkpoints: {at: [3], ends: true}, training: {ends: false}}
        metrics: []
        """
    ])
    let first = try run(folder.experiment("x.yaml"))
    try folder.write("y.yaml", Data(first.canonicalText.utf8))
    let second = try run(folder.experiment("y.yaml"))
    #expect(second.experiment.name == "yes # \"no\"\n: é")
    #expect(second.experiment.record == first.experiment.record)
    #expect(second.metrics.isEmpty)
    #expect(try second.identity() == first.identity())
  }

  /// What results depend on changes the identity, and nothing else does.
  @Test func identity() throws {
    let identity = try example("changing-noise").identity()
    #expect(identity.count == 64 && identity.allSatisfy(\.isHexDigit))
    for same in [
      "run.threads=1", "run.backend=baseline", "record.training-every=3",
      "record.checkpoints={linear: 3}", "run.steps=3000", "task.prior-variance=1",
    ] {
      #expect(try example("changing-noise", [same]).identity() == identity, "\(same)")
    }
    for other in [
      "run.seed=1", "run.steps=2999", "run.precision=double", "task.prior-variance=2",
      "model.heads=2", "optimizer.beta-1=0.8", "evaluations.test.every=400",
      "evaluations.quiet.prompts=5000", "evaluations.quiet.task.noise-variance=0.06",
      "evaluations.longer-context.metrics=[]", "evaluations.quiet=null",
      "schedules.optimizer.learning-rate.every=50",
      "schedules.task.noise-variance.values=[0.25, 2]",
    ] {
      #expect(try example("changing-noise", [other]).identity() != identity, "\(other)")
    }
  }

  /// The same metric twice, with names.
  @Test func metricsHaveNames() throws {
    let run = try run(
      Experiment(
        RunConfiguration(
          model: "least-squares", task: "ridge", metrics: [],
          settings: Settings([
            "task.dimension=2", "task.context-length=3", "run.evaluation-prompts=100",
            "evaluations.test.metrics=[loss-by-context-length, "
              + "{component: loss-by-context-length, name: again}]",
          ]))))
    let metrics = try run.execute().evaluation.metrics
    #expect(metrics.map(\.id) == ["loss-by-context-length", "again"])
    #expect(metrics[0].values.map(\.values) == metrics[1].values.map(\.values))
  }

  /// Other context lengths, tasks and scoring, as long as the parameters fit.
  @Test func evaluationsHaveTheirTasks() throws {
    let run = try example("changing-noise")
    let byName = Dictionary(uniqueKeysWithValues: run.evaluations.map { ($0.name, $0) })
    #expect(byName["longer-context"]?.task.signature.contextLength == 16)
    #expect(byName["query-alone"]?.task.signature.positions == 1)
    #expect(byName["query-alone"]?.prompts == 8192)
    #expect(byName["quiet"]?.prompts == 4096)
    #expect(byName["query-alone"]?.metrics.map(\.name) == ["excess-over-oracle"])
    #expect(byName["quiet"]?.metrics.map(\.name) == ["loss-by-context-length", "excess"])
  }
}
