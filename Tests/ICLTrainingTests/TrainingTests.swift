import ICLEngine
import ICLTraining
import Testing

@Suite struct TrainingTests {
  /// The loss is E (b - c)², so c goes to the mean of b: 0 over all prompts, and the loss to 1.
  @Test(arguments: Precision.allCases)
  func parametersReachTheMinimum(precision: Precision) throws {
    let run = try TestPlugins.run(
      TestPlugins.fixture("constant"), TestPlugins.fixture("shift"),
      optimizer: "gradient-descent",
      [
        "optimizer.learning-rate=0.1", "run.steps=200", "run.batch=256", "run.schedule=linear",
        "run.precision=\(precision.rawValue)", "run.evaluation-prompts=20000",
      ])
    var seen: [TrainingProgress] = []
    let report = try run.execute { if case .training(let progress) = $0 { seen.append(progress) } }
    let training = try #require(report.training)
    #expect(training.steps == 200 && training.parameters == 1)
    #expect(seen.map(\.step) == Array(1...200))
    #expect(seen.last?.loss == training.finalLoss)
    // At c = 3 the loss is 1 + 9.
    #expect(abs(seen[0].loss - 10) < 2)
    let loss = report.evaluation.losses[0]
    #expect(abs(loss.mean - 1) < 4 * loss.standardError + 0.005)
  }

  /// One step of gradient descent by hand: c - η 2 (c - mean b), and the schedule scales η.
  @Test func oneStepIsTheFormula() throws {
    let settings = ["run.batch=64", "run.steps=2", "run.precision=double"]
    func losses(_ more: [String]) throws -> [Double] {
      var losses: [Double] = []
      _ = try TestPlugins.run(
        TestPlugins.fixture("constant"), TestPlugins.fixture("shift"),
        optimizer: "gradient-descent", settings + more + ["run.evaluation-prompts=2"]
      ).execute { if case .training(let progress) = $0 { losses.append(progress.loss) } }
      return losses
    }
    let still = try losses(["optimizer.learning-rate=1e-12"])
    let moved = try losses(["optimizer.learning-rate=0.25"])
    let warm = try losses(["optimizer.learning-rate=0.5", "run.warm-up=2"])
    // The first batch is the same; the warm-up halves the rate of the first step.
    #expect(still[0] == moved[0] && still[0] == warm[0])
    #expect(moved[1] == warm[1] && moved[1] != still[1])
    // Loss of a batch at c: mean b² - 2 c mean b + c². At η = 1/4, c becomes (c + mean b) / 2.
    #expect(moved[1] < still[1])
  }

  /// The loss (b - c)² has the curvature 2, so its second difference along steps of ½ is ½; the
  /// gradient at c = 3 is about 6.
  @Test(arguments: Precision.allCases)
  func gradientsAreShortened(precision: Precision) throws {
    func losses(_ clip: String) throws -> [Double] {
      var losses: [Double] = []
      _ = try TestPlugins.run(
        TestPlugins.fixture("constant"), TestPlugins.fixture("shift"),
        optimizer: "gradient-descent",
        [
          "run.batch=64", "run.prompts=64", "run.steps=3", "run.gradient-clip=\(clip)",
          "run.precision=\(precision.rawValue)", "optimizer.learning-rate=0.25",
          "run.evaluation-prompts=2",
        ]
      ).execute { if case .training(let progress) = $0 { losses.append(progress.loss) } }
      return losses
    }
    let short = try losses("2")
    #expect(abs(short[0] - 2 * short[1] + short[2] - 0.5) < (precision == .single ? 1e-4 : 1e-12))
    #expect(try losses("1000") == losses("0"))
    #expect(try losses("0") != short)
  }

  /// Bitwise: threads do not change the result.
  @Test func trainingDoesNotDependOnThreads() throws {
    func train(_ threads: Int) throws -> RunReport {
      try TestPlugins.run(
        "linear-attention", "ridge",
        [
          "task.dimension=3", "task.context-length=4", "run.steps=20", "run.batch=100",
          "run.threads=\(threads)", "run.evaluation-prompts=100",
        ]
      ).execute()
    }
    let one = try train(1)
    for threads in [2, 3, 7] {
      let other = try train(threads)
      #expect(one.training?.finalLoss == other.training?.finalLoss)
      #expect(one.evaluation.losses == other.evaluation.losses)
    }
  }

  /// An optimizer that drives finds the minimum of a parabola from two gradients.
  @Test func optimizersMayDrive() throws {
    let run = try TestPlugins.run(
      TestPlugins.fixture("constant"), TestPlugins.fixture("shift"),
      optimizer: TestPlugins.fixture("newton"),
      ["run.batch=20000", "run.precision=double", "run.evaluation-prompts=20000"])
    let report = try run.execute()
    #expect(report.training?.steps == 2)
    let loss = report.evaluation.losses[0]
    #expect(abs(loss.mean - 1) < 4 * loss.standardError)
  }

  @Test func modelsWithoutParametersAreNotTrained() throws {
    let report = try TestPlugins.run("ridge", "ridge", ["run.evaluation-prompts=100"]).execute()
    #expect(report.training == nil && report.parameters == 0)
  }

  @Test func aLossThatIsInfiniteStopsTheRun() throws {
    let run = try TestPlugins.run(
      TestPlugins.fixture("explosive"), TestPlugins.fixture("shift"), ["run.steps=40"])
    let failure = #expect(throws: Failure.self) { try run.execute() }
    #expect(failure?.status == .checkFailed)
    #expect(failure?.key == "step 1")
    #expect(failure?.message.contains("explosion") == true, "\(failure?.message ?? "")")
    #expect(
      failure?.hint
        == "Try a smaller optimizer.learning-rate, a warm-up (run.warm-up=2), or --precision double."
    )
  }

  @Test func aRateThatIsTooLargeStopsTheRun() throws {
    let run = try TestPlugins.run(
      "linear-attention", "ridge", optimizer: "gradient-descent",
      ["optimizer.learning-rate=10000", "run.steps=1000"])
    let failure = #expect(throws: Failure.self) { try run.execute() }
    #expect(failure?.status == .checkFailed)
    #expect(failure?.key.hasPrefix("step ") == true)
  }
}
