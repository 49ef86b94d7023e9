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

  @Test func everyPrefixIsRefusedWithTheRemedy() throws {
    let model = try FirstParty.model("linear-transformer")
    #expect {
      _ = try Bench(model, FirstParty.regression(2, context: 3))
    } throws: { "\($0)".contains("set task.scoring=query") }
  }
}
