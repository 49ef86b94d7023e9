import ICLPlugins
import Testing

/// Solving at every position and updating pair by pair are one predictor.
@Suite struct RidgeFormTests {
  @Test(arguments: [1, 2, 16, 40], [true, false])
  func formsAgree(length: Int, everyPrefix: Bool) throws {
    let signature = FirstParty.regression(
      5, context: length, outputs: 2, everyPrefix: everyPrefix,
      properties: ["noise-variance": 0.3, "prior-variance": 2])
    var random = SplitMix(UInt64(length))
    let inputs = [
      "x": random.values(3 * (length + 1) * 5), "y": random.values(3 * length * 2),
      "target": random.values(3 * signature.positions * 2),
    ]
    let expected = try Bench(FirstParty.model("ridge", ["form": "cholesky"]), signature)
      .run(prompts: 3, inputs)
    let found = try Bench(FirstParty.model("ridge", ["form": "recursive"]), signature)
      .run(prompts: 3, inputs)
    #expect(relativeError(found.predictions, expected.predictions) < 1e-12)
  }

  /// At the size of a benchmark, W7: D = 8, 15 pairs, penalty 1/16.
  @Test(arguments: ["cholesky", "recursive"]) func singlePrecisionIsEnough(form: String) throws {
    let signature = FirstParty.regression(
      8, context: 15, properties: ["noise-variance": 0.0625, "prior-variance": 1])
    var random = SplitMix(7)
    let prompts = 500
    let inputs = [
      "x": random.values(prompts * 16 * 8), "y": random.values(prompts * 15),
      "target": random.values(prompts * 16),
    ]
    let bench = try Bench(FirstParty.model("ridge", ["form": form]), signature)
    let exact = try bench.run(prompts: prompts, inputs)
    let found = try bench.run(prompts: prompts, inputs, precision: .single)
    #expect(relativeError([found.loss], [exact.loss]) < 1e-6)
    #expect(relativeError(found.predictions, exact.predictions) < 1e-5)
  }
}
