import ICLEngine
import ICLPlugins
import Testing

/// Ridge regression at every prefix: recursive forms against a decomposition for each prefix.
@Suite struct RidgeRecursionTests {
  /// Few pairs are decomposed at once, many take recursive least squares; 2 D and 32 pairs are the limits.
  @Test(
    arguments: [
      (8, 15, 1), (8, 16, 2), (8, 17, 2), (3, 1, 1), (3, 100, 1), (20, 32, 1), (20, 33, 1),
    ],
    [1e-3, 0.01, 0.0625, 10])
  func formsAgree(_ sizes: (Int, Int, Int), penalty: Double) throws {
    let (dimension, pairs, outputs) = sizes
    let signature = FirstParty.regression(
      dimension, context: pairs, outputs: outputs,
      properties: ["noise-variance": 2 * penalty, "prior-variance": 2])
    var random = SplitMix(UInt64(pairs))
    let prompts = 20
    let inputs = [
      "x": random.values(prompts * (pairs + 1) * dimension),
      "y": random.values(prompts * pairs * outputs),
      "target": random.values(prompts * signature.positions * outputs),
    ]
    func run(_ form: String, _ precision: Precision) throws -> [Double] {
      try Bench(FirstParty.model("ridge", ["form": form]), signature)
        .run(prompts: prompts, inputs, precision: precision).predictions
    }
    let expected = try run("cholesky", .double)
    #expect(relativeError(try run("recursive", .double), expected) < 1e-9)
    // Below 0.01 auto does not choose it, as the errors grow with 1 / penalty.
    if penalty >= 0.01 {
      #expect(relativeError(try run("recursive", .single), expected) < 1e-4)
    }
  }

  /// Without noise the recursion would lose its digits, and auto avoids it.
  @Test func automaticFormIsAccurateWithoutNoise() throws {
    let signature = FirstParty.regression(
      8, context: 40, properties: ["noise-variance": 0, "prior-variance": 1])
    var random = SplitMix(4)
    let inputs = [
      "x": random.values(41 * 8), "y": random.values(40), "target": random.values(41),
    ]
    func run(_ form: String) throws -> [Double] {
      try Bench(FirstParty.model("ridge", ["form": form]), signature)
        .run(prompts: 1, inputs).predictions
    }
    #expect(try run("auto") == run("cholesky"))
  }
}
