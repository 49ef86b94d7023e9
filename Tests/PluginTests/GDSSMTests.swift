import ICLPlugins
import Testing

/// The forms of one recurrence agree in predictions and all gradients, whatever the length.
@Suite struct GDSSMTests {
  @Test(arguments: [1, 2, 7, 64, 1000], [true, false])
  func formsAgree(length: Int, everyPrefix: Bool) throws {
    let signature = FirstParty.regression(3, context: length, everyPrefix: everyPrefix)
    var random = SplitMix(UInt64(length))
    let prompts = 2
    let inputs = [
      "x": random.values(prompts * (length + 1) * 3), "y": random.values(prompts * length),
      "target": random.values(prompts * signature.positions),
    ]
    func run(_ form: String, _ chunk: Int) throws -> Bench.Result {
      try Bench(
        FirstParty.model(
          "gd-ssm", ["form": form, "chunk": "\(chunk)", "initial-scale": "1", "initial-decay": "1"]),
        signature
      ).run(prompts: prompts, inputs)
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

  /// With the construction it is a step of gradient descent: arXiv 2410.11687, fixture with D = 2,
  /// N = 3 and two outputs, η = 0.3.
  @Test(arguments: ["scan", "recurrence", "chunked"]) func constructionIsAStep(_ form: String)
    throws
  {
    let bench = try Bench(
      FirstParty.model("gd-ssm", ["form": form]),
      FirstParty.regression(2, context: 3, outputs: 2, everyPrefix: false))
    func diagonal(_ values: [Double]) -> [Double] {
      (0..<16).map { $0 % 5 == 0 ? values[$0 / 5] : 0 }
    }
    let result = try bench.run(
      prompts: 1,
      [
        "x": [1, 2, 0, 1, 2, -1, 1, 3], "y": [-1, 3, -1, 0.5, 3, 3.5], "target": [-2, 3.5],
      ],
      parameters: [
        "value": diagonal([0, 0, 1, 1]), "key": diagonal([1, 1, 0, 0]),
        "query": diagonal([1, 1, 0, 0]), "readout": [0, 0, 0.3, 0, 0, 0, 0, 0.3],
        "decay": [100, 100, 100, 100],
      ])
    #expect(relativeError(result.predictions, [-1.3, 1.9]) < 1e-12)
    #expect((result.loss / 2 - 1.525).magnitude < 1e-12)
  }

  /// A gate near 0 to the power of a long distance: no overflow in single precision.
  @Test func smallGatesStayFinite() throws {
    let signature = FirstParty.regression(2, context: 200)
    var random = SplitMix(1)
    let inputs = [
      "x": random.values(201 * 2), "y": random.values(200), "target": random.values(201),
    ]
    let bench = try Bench(
      FirstParty.model("gd-ssm", ["initial-decay": "-30", "chunk": "64"]), signature)
    let result = try bench.run(prompts: 1, inputs, precision: .single)
    #expect(result.gradients.values.allSatisfy { $0.allSatisfy { value in value.isFinite } })
    #expect(result.predictions.allSatisfy { $0.isFinite })
  }
}
