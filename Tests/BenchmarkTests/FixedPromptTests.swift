import ICLTraining
import Testing

/// With a learning rate of nearly 0 the loss of a step shows which prompts it had.
@Suite struct FixedPromptTests {
  private func losses(batch: Int, prompts: Int, steps: Int) throws -> [Double] {
    try Benchmark.losses([
      "optimizer.learning-rate=1e-12", "run.precision=double", "run.batch=\(batch)",
      "run.prompts=\(prompts)", "run.steps=\(steps)",
    ])
  }

  @Test func batchesWalkThroughTheSet() throws {
    let walk = try losses(batch: 20, prompts: 60, steps: 7)
    for step in 3..<7 { #expect(abs(walk[step] - walk[step - 3]) < 1e-9) }
    #expect(walk[0] != walk[1] && walk[1] != walk[2])
    // They are the prompts of the first step with a batch of all.
    let whole = try losses(batch: 60, prompts: 60, steps: 2)
    #expect(abs(whole[0] - (walk[0] + walk[1] + walk[2]) / 3) < 1e-9)
    #expect(abs(whole[0] - whole[1]) < 1e-9)
  }

  @Test func promptsAreFreshOtherwise() throws {
    let fresh = try losses(batch: 20, prompts: 0, steps: 3)
    #expect(Set(fresh).count == 3)
    #expect(try fresh[0] == losses(batch: 20, prompts: 20, steps: 1)[0])
  }

  @Test func aSetIsWholeBatches() throws {
    let failure = #expect(throws: Failure.self) {
      try losses(batch: 20, prompts: 50, steps: 1)
    }
    #expect(failure?.key == "run.prompts" && failure?.status == .configuration)
  }
}
