import ICLEngine
import ICLPlugins
import Testing

/// The three forms of each recurrent model agree in predictions and all gradients.
@Suite struct SequenceFormTests {
  struct Case: CustomTestStringConvertible {
    var model: String
    var settings: [String: String]
    var outputs = 1
    var testDescription: String { model + (settings["layout"].map { " \($0)" } ?? "") }
  }

  static let cases = [
    Case(model: "gd-ssm", settings: ["layout": "interleaved"], outputs: 2),
    Case(
      model: "gd-ssm",
      settings: ["layout": "interleaved", "steps": "2", "sub-layers": "separate"], outputs: 2),
    Case(model: "gd-ssm", settings: ["layout": "interleaved", "steps": "3"]),
    Case(model: "gd-ssm", settings: ["layout": "constructed"]),
    Case(model: "delta-rule", settings: ["step-size": "0.05"], outputs: 2),
    Case(model: "delta-rule", settings: ["step-size": "0.05", "mini-batch": "3"]),
    Case(
      model: "delta-rule", settings: ["layout": "interleaved", "width": "3", "convolution": "2"]),
    Case(model: "s5", settings: ["width": "3", "state": "4"]),
    Case(model: "h3", settings: ["width": "4", "heads": "2"]),
    Case(model: "griffin", settings: ["width": "3"]),
    Case(model: "mamba", settings: ["layout": "interleaved", "width": "2", "state": "2"]),
    Case(
      model: "linear-attention",
      settings: ["layout": "interleaved", "width": "4", "heads": "2", "positions": "false"]),
  ]

  private func run(
    _ test: Case, _ length: Int, _ form: String, _ chunk: Int, _ precision: Precision
  ) throws -> Bench.Result {
    let signature = FirstParty.regression(2, context: length, outputs: test.outputs)
    var random = SplitMix(UInt64(length))
    let prompts = 2
    let inputs = [
      "x": random.values(prompts * (length + 1) * 2),
      "y": random.values(prompts * length * test.outputs),
      "target": random.values(prompts * (length + 1) * test.outputs),
    ]
    var settings = test.settings
    settings["form"] = form
    settings["chunk"] = "\(chunk)"
    return try Bench(FirstParty.model(test.model, settings), signature).run(
      prompts: prompts, inputs, precision: precision)
  }

  @Test(arguments: cases, [1, 2, 7, 64]) func agree(_ test: Case, length: Int) throws {
    let expected = try run(test, length, "scan", 1, .double)
    #expect(expected.loss.isFinite && !expected.gradients.isEmpty)
    for (form, chunk) in [("recurrence", 1), ("chunked", 1), ("chunked", 5), ("chunked", 32)] {
      let result = try run(test, length, form, chunk, .double)
      #expect(relativeError(result.predictions, expected.predictions) < 1e-10, "\(form) \(chunk)")
      for (name, gradient) in expected.gradients {
        let error = relativeError(result.gradients[name]!, gradient)
        #expect(error < 1e-9, "\(form) \(chunk): \(name)")
      }
    }
  }

  @Test(arguments: cases) func agreeAtLength1000(_ test: Case) throws {
    let expected = try run(test, 1000, "scan", 1, .double)
    #expect(expected.loss.isFinite)
    // A layer of DeltaNet whose one chunk is all tokens would solve a triangle of 2001 of them.
    let isTriangle = test.model == "delta-rule" && test.settings["layout"] == "interleaved"
    for (form, chunk) in (isTriangle ? [] : [("recurrence", 1)]) + [("chunked", 33)] {
      let result = try run(test, 1000, form, chunk, .double)
      #expect(relativeError(result.predictions, expected.predictions) < 1e-9, "\(form)")
      for (name, gradient) in expected.gradients {
        #expect(relativeError(result.gradients[name]!, gradient) < 1e-8, "\(form): \(name)")
      }
    }
  }

  /// A gradient that is small beside the others is left from terms of their size, which cancel.
  private func expectNear(
    _ found: [String: [Double]], _ expected: [String: [Double]], _ form: String
  ) {
    func size(_ values: [Double]) -> Double { values.map(\.magnitude).max() ?? 0 }
    let largest = expected.values.map(size).max() ?? 0
    for (name, gradient) in expected {
      let error = relativeError(found[name]!, gradient) * size(gradient)
      #expect(error <= 1e-2 * max(size(gradient), 1e-3 * largest), "\(form): \(name)")
    }
  }

  /// In single precision each form is near the double one. Rounding of 6e-8 adds up over some hundred
  /// operations and more in gradients, which are sums over all tokens of what cancels.
  @Test(arguments: cases, [1, 2, 7, 64]) func agreeInSinglePrecision(_ test: Case, length: Int)
    throws
  {
    let expected = try run(test, length, "scan", 1, .double)
    for (form, chunk) in [("scan", 1), ("recurrence", 1), ("chunked", 8)] {
      let result = try run(test, length, form, chunk, .single)
      #expect(relativeError(result.predictions, expected.predictions) < 1e-3, "\(form)")
      expectNear(result.gradients, expected.gradients, form)
    }
  }

  @Test(arguments: cases) func agreeAtLength1000InSinglePrecision(_ test: Case) throws {
    let expected = try run(test, 1000, "scan", 1, .double)
    for (form, chunk) in [("scan", 1), ("chunked", 33)] {
      let result = try run(test, 1000, form, chunk, .single)
      #expect(relativeError(result.predictions, expected.predictions) < 1e-3, "\(form)")
      expectNear(result.gradients, expected.gradients, form)
    }
  }
}
