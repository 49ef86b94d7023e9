import ICLTraining
import Testing

/// Training on moments of a fixed set, against training on its prompts.
@Suite struct MomentTests {
  private func losses(_ settings: [String]) throws -> [Double] {
    try Benchmark.losses(
      ["run.batch=48", "run.prompts=48", "run.steps=60", "optimizer.learning-rate=0.002"] + settings
    )
  }

  @Test(arguments: ["merged", "separate"])
  func equalsTrainingOnPrompts(_ parametrization: String) throws {
    let common = ["model.parametrization=\(parametrization)", "model.initial-scale=0.2"]
    for (precision, tolerance) in [("double", 1e-11), ("single", 1e-4)] {
      let all = common + ["run.precision=\(precision)"]
      let prompts = try losses(all)
      let moments = try losses(all + ["run.statistics=moments"])
      #expect(prompts.count == 60 && prompts[59] < prompts[0])
      for (expected, found) in zip(prompts, moments) {
        #expect(abs(expected - found) <= tolerance * abs(expected))
      }
    }
  }

  @Test(arguments: ["prompts", "moments"])
  func threadsDoNotChangeABit(_ statistics: String) throws {
    let settings = ["run.statistics=\(statistics)", "run.batch=400", "run.prompts=400"]
    let one = try losses(settings)
    for threads in [2, 3, 5, 16] {
      #expect(try losses(settings + ["run.threads=\(threads)"]) == one)
    }
  }

  @Test func needsASetThatEveryStepReads() throws {
    let failure = #expect(throws: Failure.self) {
      try losses(["run.statistics=moments", "run.prompts=96"])
    }
    #expect(failure?.key == "run.statistics" && failure?.status == .configuration)
  }

  @Test func saysWhereAModelIsNotLinearInFeatures() throws {
    let failure = #expect(throws: Failure.self) {
      try losses(["run.statistics=moments", "model.layers=2"])
    }
    #expect(failure?.message.contains("linear in features of the data") == true)
  }

  /// A predictor computes anew from prompts that are kept: the loss is that of the first step.
  @Test func predictorsKeepTheirPrompts() throws {
    func measured(isFixed: Bool) throws -> Measurement {
      let workload = Workload(
        name: "predictor", summary: "", model: "ridge", task: "ridge", optimizer: nil,
        settings: ["task.dimension=3", "task.context-length=5", "task.noise-variance=0.1"],
        batch: 64, isFixed: isFixed, tokens: 6, flops: 1)
      let run = try workload.prepared(threads: 1, backend: nil, catalog: Benchmark.catalog)
      return try workload.measure(run, seconds: 0.02)
    }
    let (fixed, fresh) = (try measured(isFixed: true), try measured(isFixed: false))
    // What is kept is computed in another order, so the two agree to rounding.
    #expect(abs(fixed.firstLoss - fresh.firstLoss) < 1e-5 * fresh.firstLoss)
    #expect(fixed.firstLoss == fixed.lastLoss)
    #expect(fresh.lastLoss != fresh.firstLoss)
  }
}
