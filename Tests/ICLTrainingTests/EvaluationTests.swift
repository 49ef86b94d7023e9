import Foundation
import ICLRecords
import ICLTraining
import Testing

@Suite struct EvaluationTests {
  /// Without context the best prediction is 0, so the loss is the variance of a label,
  /// D τ² + σ². With noise 0 and more pairs than dimensions it is 0.
  @Test func ridgeHasItsClosedFormWithoutContext() throws {
    let run = try TestPlugins.run(
      "ridge", "ridge",
      [
        "task.dimension=5", "task.context-length=3", "task.noise-variance=0.5",
        "task.prior-variance=2", "run.evaluation-prompts=20000",
      ])
    let evaluation = try run.evaluate().evaluation
    #expect(evaluation.contextLengths == [0, 1, 2, 3])
    let first = evaluation.losses[0]
    #expect(abs(first.mean - 10.5) < 4 * first.standardError)
    // A label is wᵀx + ε: its fourth moment is 3 E|w|⁴ + 6 E|w|² σ² + 3 σ⁴, E|w|⁴ = τ⁴ (D² + 2D).
    let fourth: Double = 3 * 140 + 6 * 10 * 0.5 + 3 * 0.25
    let error = ((fourth - 10.5 * 10.5) / 20000).squareRoot()
    #expect(abs(first.standardError / error - 1) < 0.1)
    // The oracle solves at each position, the model decomposes once: equal but for rounding.
    let oracle = try #require(evaluation.oracleLosses?.map(\.mean))
    for (best, own) in zip(oracle, evaluation.losses.map(\.mean)) {
      #expect(abs(best - own) < 1e-12 * own)
    }
    let mean = evaluation.losses.reduce(0) { $0 + $1.mean } / 4
    #expect(abs(evaluation.loss.mean - mean) < 1e-12)
  }

  /// Chunks are only chunks: the mean of the first prompts does not change with what follows.
  @Test func promptsDoNotDependOnThreadsOrChunks() throws {
    let settings = ["task.dimension=3", "task.context-length=4"]
    let one = try TestPlugins.run(
      "ridge", "ridge", settings + ["run.threads=1", "run.evaluation-prompts=5000"])
    let three = try TestPlugins.run(
      "ridge", "ridge", settings + ["run.threads=3", "run.evaluation-prompts=5000"])
    #expect(
      try one.evaluate().evaluation.losses == three.evaluate().evaluation.losses)
  }

  /// The error of the query as its own prediction is b, standard normal.
  @Test func predictorsOnRawBuffersAreEvaluated() throws {
    let run = try TestPlugins.run(
      TestPlugins.fixture("identity"), TestPlugins.fixture("shift"),
      ["run.evaluation-prompts=10000"])
    let report = try run.evaluate()
    #expect(report.parameters == 0)
    #expect(report.evaluation.contextLengths == [2])
    #expect(report.evaluation.oracleLosses == nil)
    let loss = report.evaluation.losses[0]
    #expect(abs(loss.mean - 1) < 4 * loss.standardError)
    #expect(abs(loss.standardError - (2.0 / 10000).squareRoot()) < 0.002)
  }

  /// A raw predictor on a task that declares its prompts as a graph.
  @Test func rawPredictorsReadDeclaredPrompts() throws {
    let run = try TestPlugins.run(
      TestPlugins.fixture("identity"), "ridge",
      [
        "task.dimension=1", "task.context-length=2", "task.scoring=query",
        "task.noise-variance=1", "run.evaluation-prompts=20000",
      ])
    // (w x + noise - x)²: E (w - 1)² + 1 = 3.
    let loss = try run.evaluate().evaluation.losses[0]
    #expect(abs(loss.mean - 3) < 4 * loss.standardError)
  }

  /// The default metrics agree with what is computed here.
  @Test func metricsReport() throws {
    let run = try TestPlugins.run(
      "least-squares", "ridge", metrics: nil,
      ["task.dimension=3", "task.context-length=4", "run.evaluation-prompts=5000"])
    let evaluation = try run.evaluate().evaluation
    #expect(evaluation.metrics.map(\.id) == RunConfiguration.defaultMetrics)
    let curve = try #require(evaluation.metrics.first?.values.first)
    for (value, loss) in zip(curve.values, evaluation.losses) {
      #expect(abs(value - loss.mean) < 1e-10 * loss.mean)
    }
  }

  @Test func metricsReadInputsAndLatents() throws {
    let run = try TestPlugins.run(
      TestPlugins.fixture("identity"), TestPlugins.fixture("shift"),
      metrics: [TestPlugins.fixture("bias")], ["run.evaluation-prompts=9000"])
    let values = try #require(try run.evaluate().evaluation.metrics.first?.values)
    #expect(values.map(\.name) == ["known", "seen"])
    #expect(values[0].values[0] != 0)
    #expect(abs(values[0].values[0] - values[1].values[0]) < 1e-12)
  }

  @Test func sampledArraysAreTheTasks() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).npz").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let sampling = try TaskSampling(
      task: "ridge",
      settings: Settings(["task.dimension=2", "task.context-length=3", "task.noise-variance=0"]),
      in: TestPlugins.catalog)
    try sampling.write(prompts: 5000, to: file)
    let archive = try NpzReader(path: file)
    let x = try archive.array("x")
    let w = try archive.array("w")
    let target = try archive.array("target")
    #expect(x.header.shape == [5000, 4, 2])
    #expect(w.header.shape == [5000, 2, 1])
    for prompt in stride(from: 0, to: 5000, by: 577) {
      for row in 0..<4 {
        let base = (prompt * 4 + row) * 2
        let label =
          x.values[base] * w.values[prompt * 2] + x.values[base + 1] * w.values[prompt * 2 + 1]
        #expect(abs(label - target.values[prompt * 4 + row]) < 1e-12)
      }
    }
    #expect(Set(w.values).count == 10000)
  }

  @Test func tasksThatSampleAreWrittenToo() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).npz").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let sampling = try TaskSampling(
      task: TestPlugins.fixture("shift"), settings: Settings(), in: TestPlugins.catalog)
    try sampling.write(prompts: 4100, to: file)
    let archive = try NpzReader(path: file)
    let (x, y, b) = (try archive.array("x"), try archive.array("y"), try archive.array("b"))
    #expect(y.values[2 * 4099] == x.values[3 * 4099] + b.values[4099])
    #expect(Set(b.values).count == 4100)
  }
}
