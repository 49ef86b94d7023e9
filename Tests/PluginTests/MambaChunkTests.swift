import ICLPlugins
import Testing

/// The forms of the selective scan agree in predictions and all gradients, whatever the length.
@Suite struct MambaChunkTests {
  @Test(arguments: [1, 2, 7, 64, 100], [true, false])
  func formsAgree(length: Int, everyPrefix: Bool) throws {
    let signature = FirstParty.regression(
      3, context: length, outputs: 2, everyPrefix: everyPrefix)
    var random = SplitMix(UInt64(length))
    let prompts = 3
    let inputs = [
      "x": random.values(prompts * (length + 1) * 3), "y": random.values(prompts * length * 2),
      "target": random.values(prompts * signature.positions * 2),
    ]
    func run(_ settings: [String: String]) throws -> Bench.Result {
      let sizes = ["channels": "6", "state": "3", "step-rank": "2", "step-bias": "-1"]
      return try Bench(
        FirstParty.model("mamba", sizes.merging(settings) { $1 }), signature
      ).run(prompts: prompts, inputs)
    }
    let expected = try run(["form": "recurrence"])
    #expect(expected.loss.isFinite && expected.gradients.count == 10)
    let forms = [["form": "scan"], ["form": "chunked"]]
    let chunks = [(1, 1), (5, 2), (32, 3), (32, 4), (8, 64)].map { (chunk, block) in
      ["form": "chunked", "chunk": "\(chunk)", "channel-block": "\(block)"]
    }
    for settings in forms + chunks {
      let result = try run(settings)
      #expect(relativeError(result.predictions, expected.predictions) < 1e-10, "\(settings)")
      for (name, gradient) in expected.gradients {
        let error = relativeError(result.gradients[name]!, gradient)
        #expect(error < 1e-10, "\(settings): \(name)")
      }
    }
  }
}
