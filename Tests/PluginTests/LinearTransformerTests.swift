import ICLPlugins
import Testing

/// arXiv 2402.14180 on a prompt that can be followed by hand: d = 2, n = 3.
@Suite struct LinearTransformerTests {
  static let prompt: [String: [Double]] = [
    "x": [1, 2, -1, 0.5, 0.5, -1, 1, -1], "y": [1, -2, 0.5], "target": [0.3],
  ]

  /// Two diagonal layers; a paper's loss is half of ours.
  @Test func diagonalFixture() throws {
    let bench = try Bench(
      FirstParty.model(
        "linear-transformer",
        ["parametrization": "diag", "layers": "2", "context-sum": "sum"]),
      FirstParty.regression(2, context: 3, everyPrefix: false))
    let result = try bench.run(
      prompts: 1, Self.prompt,
      parameters: [
        "layers.0.P": [-0.1, -0.25], "layers.0.Q": [0.2, -0.1], "layers.1.P": [0.3, 0.8],
        "layers.1.Q": [-0.1, -0.2],
      ])
    #expect((result.predictions[0] - 0.25809671).magnitude < 5e-9)
    #expect((result.loss / 2 - 8.77942915e-4).magnitude < 5e-13)
    let halved = ["layers.0.P", "layers.0.Q", "layers.1.P", "layers.1.Q"]
      .flatMap { result.gradients[$0]! }.map { $0 / 2 }
    let expected = [
      0.00059788, 0.0043602, -0.00364875, 0.00420089, 0, -0.00631675, 0.10184744, -0.02565673,
    ]
    for (a, b) in zip(halved, expected) { #expect((a - b).magnitude < 5e-9) }
  }

  @Test func fullFixture() throws {
    let left = [0.02, -0.01, 0.03, 0.01, 0.04, -0.02, -0.03, 0.02, -0.05]
    let right = [0.05, 0.01, -0.02, -0.01, 0.03, 0.02, 0.02, -0.04, 0.01]
    func transposed(_ a: [Double]) -> [Double] { (0..<9).map { a[$0 % 3 * 3 + $0 / 3] } }
    let parameters = [
      "layers.0.P": left, "layers.0.Q": right, "layers.1.P": transposed(left),
      "layers.1.Q": transposed(right),
    ]
    for (layers, expected) in [(1, 0.0314), (2, 0.029261018)] {
      let bench = try Bench(
        FirstParty.model(
          "linear-transformer", ["layers": "\(layers)", "context-sum": "sum"]),
        FirstParty.regression(2, context: 3, everyPrefix: false))
      let result = try bench.run(
        prompts: 1, Self.prompt,
        parameters: parameters.filter { bench.parameterNames.contains($0.key) })
      #expect((result.predictions[0] - expected).magnitude < 5e-10)
    }
  }

  /// Every entry of every gradient against central differences in double precision, whose error falls
  /// like the square of the step until rounding takes over: the best of three steps counts.
  @Test(arguments: ["full", "diag", "free", "gd++"], [1, 2])
  func gradientsAreThoseOfTheLoss(_ parametrization: String, _ heads: Int) throws {
    let bench = try Bench(
      FirstParty.model(
        "linear-transformer",
        [
          "parametrization": parametrization, "layers": "3", "context-sum": "sum",
          "heads": "\(heads)",
        ]), FirstParty.regression(2, context: 3, everyPrefix: false))
    let width = parametrization == "full" ? 9 * heads : parametrization == "free" ? 4 : 2 * heads
    var parameters: [String: [Double]] = [:]
    for (place, name) in bench.parameterNames.enumerated() {
      let normals = SplitMix.normals(seed: UInt64(place + 1), width)
      parameters[name] = normals.prefix(width).map { 0.05 * $0 }
    }
    let gradients = try bench.run(prompts: 1, Self.prompt, parameters: parameters).gradients
    for name in bench.parameterNames {
      for entry in 0..<width {
        func loss(_ step: Double) throws -> Double {
          var moved = parameters
          moved[name]![entry] += step
          return try bench.run(prompts: 1, Self.prompt, parameters: moved).loss
        }
        let found = gradients[name]![entry]
        let errors = try [1e-4, 1e-5, 1e-6].map { step in
          abs((try loss(step) - loss(-step)) / (2 * step) - found)
        }
        #expect(errors.min()! < 1e-8 * max(1, abs(found)), "\(name)[\(entry)] \(errors)")
      }
    }
  }

  /// ω without its second column is GD++; what is left out has no gradient.
  @Test func entriesThatAreLeftOut() throws {
    func run(_ options: [String: String], _ parameters: [String: [Double]]) throws
      -> (prediction: Double, gradients: [String: [Double]])
    {
      let bench = try Bench(
        FirstParty.model(
          "linear-transformer",
          ["layers": "2", "context-sum": "sum"].merging(options) { $1 }),
        FirstParty.regression(2, context: 3, everyPrefix: false))
      let result = try bench.run(prompts: 1, Self.prompt, parameters: parameters)
      return (result.predictions[0], result.gradients)
    }
    let masked = try run(
      ["parametrization": "free", "entries": "1,0,1,0"],
      ["layers.0.omega": [-0.02, 7, -0.03, 8], "layers.1.omega": [-0.04, 9, -0.1, 5]])
    let plain = try run(
      ["parametrization": "gd++"], ["layers.0.P": [-0.02, -0.03], "layers.1.P": [-0.04, -0.1]])
    #expect(abs(masked.prediction - plain.prediction) < 1e-14)
    for layer in 0..<2 {
      let found = masked.gradients["layers.\(layer).omega"]!
      let expected = plain.gradients["layers.\(layer).P"]!
      #expect(found[1] == 0 && found[3] == 0)
      #expect(abs(found[0] - expected[0]) < 1e-12 && abs(found[2] - expected[1]) < 1e-12)
    }
  }

  @Test(arguments: [
    (["parametrization": "free", "entries": "1,0,1"], "entries are four numbers, 0 or 1"),
    (["parametrization": "free", "entries": "1,0.5,1,1"], "entries are four numbers, 0 or 1"),
    (["parametrization": "diag", "entries": "1,0,1,1"], "set model.parametrization=free"),
  ])
  func wrongEntriesAreRefused(_ options: [String: String], _ text: String) throws {
    #expect {
      _ = try Bench(
        FirstParty.model("linear-transformer", options),
        FirstParty.regression(2, context: 3, everyPrefix: false))
    } throws: { "\($0)".contains(text) }
  }

  @Test func everyPrefixIsRefusedWithTheRemedy() throws {
    let model = try FirstParty.model("linear-transformer")
    #expect {
      _ = try Bench(model, FirstParty.regression(2, context: 3))
    } throws: { "\($0)".contains("set task.scoring=query") }
  }
}
