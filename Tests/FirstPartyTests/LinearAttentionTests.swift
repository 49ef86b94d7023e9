import Foundation
import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// The values of Zhang, Singh, Latham and Saxe's model that need no random numbers: two prompts of
/// three pairs in two dimensions, two heads, all weights sines and cosines of their indices.
struct LinearAttentionTests {
  private static let x = table([2, 4, 2]) { sin(1 + 1.7 * $0[0] + 0.9 * $0[1] + 0.4 * $0[2]) }
  private static let w = table([2, 2]) { cos(0.3 + 1.1 * $0[0] + 0.7 * $0[1]) }
  private static let labels = table([2, 4]) { index in
    let (m, n) = (Int(index[0]), Int(index[1]))
    return w[2 * m] * x[8 * m + 2 * n] + w[2 * m + 1] * x[8 * m + 2 * n + 1]
  }
  private static let y = [0, 1, 2, 4, 5, 6].map { labels[$0] }
  private static let target = [labels[3], labels[7]]

  /// The label row of W^V, [2, 3].
  private static let value = table([2, 3]) { cos(0.5 + $0[0] + 0.3 * 2 + 0.2 * $0[1]) }
  /// The input columns of W^KQ, [2, 3, 2].
  private static let keyQuery = table([2, 3, 2]) {
    sin(0.2 + 0.8 * $0[0] + 0.5 * $0[1] - 0.3 * $0[2])
  }
  private static func key(_ rank: Int) -> [Double] {
    table([2, rank, 3]) { sin(0.4 + $0[0] + 0.6 * $0[1] + 0.5 * $0[2]) }
  }
  private static func query(_ rank: Int) -> [Double] {
    table([2, rank, 2]) { cos(0.1 + 0.9 * $0[0] - 0.4 * $0[1] + 0.3 * $0[2]) }
  }

  struct Golden: Sendable {
    var settings: [String: String]
    var parameters: [String: [Double]]
    var predictions: [Double]
    var loss: Double
  }

  static let merged = ["heads.value": value, "heads.key-query": keyQuery]

  static let goldens = [
    Golden(
      settings: ["zero-blocks": "never"], parameters: merged,
      predictions: [4.529429624423, 0.820583243692], loss: 15.260013215591),
    Golden(
      settings: ["zero-blocks": "always"], parameters: merged,
      predictions: [1.386187554717, -0.278773057722], loss: 2.797844720548),
    Golden(
      settings: ["zero-blocks": "never", "parametrization": "separate", "rank": "1"],
      parameters: ["heads.value": value, "heads.key": key(1), "heads.query": query(1)],
      predictions: [0.385651412889, 0.084128162135], loss: 0.889880277920),
    Golden(
      settings: ["zero-blocks": "never", "parametrization": "separate", "rank": "2"],
      parameters: ["heads.value": value, "heads.key": key(2), "heads.query": query(2)],
      predictions: [0.560436426439, 0.053715298302], loss: 1.139350682609),
    Golden(
      settings: ["zero-blocks": "never", "attention": "softmax"], parameters: merged,
      predictions: [0.486018393530, 0.292955558514], loss: 1.046620637657),
    Golden(
      settings: [
        "zero-blocks": "never", "parametrization": "separate", "rank": "2",
        "attention": "softmax",
      ], parameters: ["heads.value": value, "heads.key": key(2), "heads.query": query(2)],
      predictions: [0.174363781403, 0.160333015412], loss: 0.631806051008),
  ]

  private func model(_ settings: [String: String]) throws -> ModelInstance {
    try FirstParty.component("linear-attention")
      .makeModel(settings.merging(["heads": "2"]) { a, _ in a })
  }

  @Test(arguments: goldens, [Signature.Scoring.query, .everyPrefix])
  func predictionsAreGolden(_ golden: Golden, _ scoring: Signature.Scoring) throws {
    let signature = FirstParty.regression(pairs: 3, dimension: 2, scoring)
    let forward = try Forward(try model(golden.settings), signature)
    let all = try forward.predict(x: Self.x, y: Self.y, parameters: golden.parameters)
    // The query is the last position.
    let found = [1, 2].map { all[$0 * signature.positions - 1] }
    #expect(isClose(found, golden.predictions, 1e-11))
    let fast = try forward.predictByEngine(x: Self.x, y: Self.y, parameters: golden.parameters)
    #expect(isClose(fast, all, 1e-11))
    let loss = zip(found, Self.target).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / 2
    #expect(abs(loss - golden.loss) < 1e-10)
  }

  @Test func gradientsAreGolden() throws {
    let signature = FirstParty.regression(pairs: 3, dimension: 2, .query)
    var forward = try Forward(try model(["zero-blocks": "always"]), signature)
    let target = forward.graph.input("target", [1, 1])
    let error = try forward.graph.binary(.subtract, forward.predictions, target)
    let square = try forward.graph.reduce(
      .sum, forward.graph.unary(.square, error), axes: [0, 1])
    let weighted = try forward.graph.binary(.multiply, square, forward.graph.promptWeight())
    let loss = forward.graph.batchSum(weighted)
    let parameters = forward.graph.parameters
    let gradients = try forward.graph.gradients(of: loss, for: parameters.map(\.node))
    let values = try ReferenceInterpreter().evaluate(
      forward.graph, roots: gradients, prompts: 2,
      inputs: ["x": Self.x, "y": Self.y, "target": Self.target], parameters: Self.merged)
    #expect(parameters.map(\.name) == ["heads.value", "heads.key-query"])
    // Blocks that are always zero get no gradient.
    let expectedValue = [0, 0, -1.267109277321, 0, 0, -4.284050718096]
    let expectedKeyQuery = [
      -0.074718968548, -0.112532608136, -0.070195964454, -0.104772748106, 0, 0,
      0.846239647613, 1.274503068020, 0.795013761265, 1.186617737896, 0, 0,
    ]
    #expect(isClose(values[0], expectedValue, 1e-11))
    #expect(isClose(values[1], expectedKeyQuery, 1e-11))
    let inputs = ["x": Self.x, "y": Self.y, "target": Self.target]
    for (gradient, expected) in zip(gradients, [expectedValue, expectedKeyQuery]) {
      let fast = try forward.byEngine(gradient, inputs, Self.merged, prompts: 2)
      #expect(isClose(fast, expected, 1e-10))
    }
  }

  /// Position k of a causal model is the query of a prompt that ends there.
  @Test func prefixesAreShorterPrompts() throws {
    let n = 3
    let whole = try Forward(
      try model(["zero-blocks": "never"]),
      FirstParty.regression(pairs: n, dimension: 2, .everyPrefix)
    ).predict(x: Array(Self.x[..<8]), y: Array(Self.y[..<3]), parameters: Self.merged)
    for k in 1...n {
      let part = try Forward(
        try model(["zero-blocks": "never"]),
        FirstParty.regression(pairs: k, dimension: 2, .query)
      ).predict(
        x: Array(Self.x[..<(2 * (k + 1))]), y: Array(Self.y[..<k]), parameters: Self.merged)
      #expect(isClose(part, [whole[k]], 1e-12))
    }
  }

  /// Two layers without the causal mask are X + 1/N Σ W^V X Xᵀ W^KQ X, twice.
  @Test func layersUpdateEveryToken() throws {
    let settings = ["layers": "2", "heads": "1", "zero-blocks": "never"]
    let forward = try Forward(
      try model(settings), FirstParty.regression(pairs: 3, dimension: 2, .query))
    let v0 = (0..<9).map { sin(1 + Double($0)) }
    let w0 = (0..<9).map { cos(2 + Double($0)) }
    let v1 = (0..<3).map { sin(3 + 2 * Double($0)) }
    let w1 = (0..<9).map { cos(4 + 3 * Double($0)) }
    let found = try forward.predict(
      x: Array(Self.x[..<8]), y: Array(Self.y[..<3]),
      parameters: [
        "layers.0.heads.value": v0, "layers.0.heads.key-query": w0,
        "layers.1.heads.value": v1, "layers.1.heads.key-query": w1,
      ])
    var tokens = (0..<3).map { [Self.x[2 * $0], Self.x[2 * $0 + 1], Self.y[$0]] }
    tokens.append([Self.x[6], Self.x[7], 0])
    for (v, w) in [(v0, w0), ([0, 0, 0, 0, 0, 0] + v1, w1)] {
      let old = tokens
      for p in 0..<4 {
        for j in 0..<4 {
          var score = 0.0
          for a in 0..<3 { for b in 0..<3 { score += old[j][a] * w[3 * a + b] * old[p][b] } }
          for a in 0..<3 {
            for b in 0..<3 { tokens[p][a] += v[3 * a + b] * old[j][b] * score / 3 }
          }
        }
      }
    }
    #expect(isClose(found, [tokens[3][2]], 1e-11))
  }
}
