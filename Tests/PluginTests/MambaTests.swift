import ICLPlugins
import Testing

/// The forms of the selective scan agree in predictions and all gradients, whatever the length.
@Suite struct MambaTests {
  @Test(arguments: [1, 2, 7, 64, 1000]) func formsAgree(length: Int) throws {
    let signature = FirstParty.regression(3, context: length)
    var random = SplitMix(UInt64(length))
    let inputs = [
      "x": random.values(2 * (length + 1) * 3), "y": random.values(2 * length),
      "target": random.values(2 * (length + 1)),
    ]
    func run(_ form: String, _ chunk: Int) throws -> Bench.Result {
      let settings = [
        "form": form, "chunk": "\(chunk)", "channels": "3", "state": "2", "step-rank": "2",
        "step-bias": "0",
      ]
      return try Bench(FirstParty.model("mamba", settings), signature).run(prompts: 2, inputs)
    }
    let expected = try run("scan", 1)
    #expect(expected.loss.isFinite)
    for (form, chunk) in [("recurrence", 1), ("chunked", 1), ("chunked", 5), ("chunked", 32)] {
      let result = try run(form, chunk)
      #expect(relativeError(result.predictions, expected.predictions) < 1e-10, "\(form) \(chunk)")
      for (name, gradient) in expected.gradients {
        let error = relativeError(result.gradients[name]!, gradient)
        #expect(error < 1e-10, "\(form) \(chunk): \(name)")
      }
    }
  }
}
