import Foundation
import ICLPlugins
import Testing

/// `softmax-mixer` as a chain of thought: arXiv 2410.08633.
@Suite struct SoftmaxChainTests {
  /// d = 8, k = 4, hidden bits 0 to 3.
  private static func signature(given: Bool) -> Signature {
    Signature(
      scoring: .query, contextLength: 0, inputDimension: 8, outputDimension: 3, positions: 1,
      tensors: [.init(name: "x", role: .input, shape: [1, 8])]
        + (given ? [.init(name: "chain", role: .input, shape: [1, 3])] : [])
        + [.init(name: "target", role: .target, shape: [1, 3])],
      properties: ["support": 4, "group": 2, "levels": 2])
  }

  private static func nodes(_ row: [Double]) -> [Double] {
    [row[0] * row[1], row[2] * row[3], row[0] * row[1] * row[2] * row[3]]
  }

  /// Losses and gradients of the paper are half of the bench's.
  private func run(
    _ rows: [[Double]], given: Bool = true, _ settings: [String: String] = [:],
    weights: [Double]? = nil
  ) throws -> (loss: Double, gradient: [Double], predictions: [Double]) {
    let model = try FirstParty.model("softmax-mixer", ["link": "phi"].merging(settings) { $1 })
    let chain = rows.flatMap(Self.nodes)
    var inputs = ["x": rows.flatMap { $0 }, "target": chain]
    if given { inputs["chain"] = chain }
    let result = try Bench(model, Self.signature(given: given)).run(
      prompts: rows.count, inputs, parameters: weights.map { ["W": $0] } ?? [:])
    return (result.loss / 2, result.gradients["W"]!.map { $0 / 2 }, result.predictions)
  }

  private var allRows: [[Double]] {
    (0..<256).map { row in (0..<8).map { 1 - 2 * Double(row >> $0 & 1) } }
  }

  private func column(_ gradient: [Double], _ node: Int) -> [Double] {
    (0..<10).map { gradient[$0 * 3 + node] }
  }

  private func phi(_ t: Double) -> Double {
    t.magnitude < 0.5 ? 4 * t * t - 1 : -4 * t * t + 8 * t.magnitude - 3
  }

  /// Check P2, with numbers from numpy.
  @Test(arguments: ["causal", "level"]) func gradientOfTheExpectation(mask: String) throws {
    let result = try run(allRows, ["mask": mask])
    let (near, far) = (-0.08203125, 0.02734375)
    #expect((result.loss - (mask == "causal" ? 2.1316447187928667 : 2.107875)).magnitude < 1e-12)
    let second =
      mask == "causal"
      ? [1 / 54.0, 1 / 54.0, -7 / 108.0, -7 / 108.0] + [Double](repeating: 1 / 54.0, count: 5) + [0]
      : [far, far, near, near, far, far, far, far, 0, 0]
    let expected = [
      [near, near, far, far, far, far, far, far, 0, 0], second,
      [0.0154, 0.0154, 0.0154, 0.0154, 0.0144, 0.0144, 0.0144, 0.0144, -0.0596, -0.0596],
    ]
    for node in 0..<3 {
      #expect(relativeError(column(result.gradient, node), expected[node]) < 1e-12)
    }
  }

  /// Check P4: bits of SplitMix64, seed 1, as 2b - 1.
  @Test func givenSample() throws {
    var random = SplitMix(1)
    let rows = (0..<16).map { _ in (0..<8).map { _ in 2 * Double(random.next() >> 63) - 1 } }
    let sums = (0..<3).map { node in rows.reduce(0) { $0 + Self.nodes($1)[node] } }
    #expect(sums == [4, -2, 2])
    let result = try run(rows)
    #expect((result.loss - 2.581518294182).magnitude < 5e-13)
    #expect((try run(rows, ["mask": "level"]).loss - 2.54835625).magnitude < 1e-12)
    let root = [
      -0.03488, 0.07072, 0.07552, 0.01472, 0.01952, 0.09632, 0.02752, -0.02048, -0.10848, -0.14048,
    ]
    #expect(relativeError(column(result.gradient, 2), root) < 1e-12)
    let first = [
      0.0810546875, 0.0107421875, 0.0810546875, 0.0419921875, -0.0205078125, -0.1455078125,
      -0.0751953125, 0.0263671875, 0, 0,
    ]
    #expect(relativeError(column(result.gradient, 0), first) < 1e-12)
  }

  /// A chain of its own, node by node, written out; and its gradient by central differences.
  @Test(arguments: ["causal", "level"], [0.0, 0.3]) func generatedChain(
    mask: String, filter: Double
  ) throws {
    var random = SplitMix(9)
    var weights = random.values(30).map { 3 * $0 }
    // Both nodes of the first level are sure, or the second of them is not.
    if filter > 0 { for j in 0..<8 { weights[j * 3 + 1] = 0 } }
    let rows = (0..<20).map { _ in random.values(8).map { $0 < 0 ? -1.0 : 1 } }
    let settings = ["mask": mask, "filter": "\(filter)"]
    let result = try run(rows, given: false, settings, weights: weights)
    func predict(_ row: [Double], _ weights: [Double]) -> [Double] {
      var tokens = row
      return (0..<3).map { node in
        let width = mask == "causal" || node == 2 ? 8 + node : 8
        let scores = (0..<width).map { exponential(weights[$0 * 3 + node]) }
        let sum = scores.reduce(0, +)
        let z = (0..<width).reduce(0) { $0 + scores[$1] / sum * tokens[$1] }
        let value = filter > 0 && node == 2 ? 0 : phi(z)
        tokens.append(value)
        return value
      }
    }
    #expect(relativeError(result.predictions, rows.flatMap { predict($0, weights) }) < 1e-12)
    func loss(_ weights: [Double]) -> Double {
      rows.reduce(0) { sum, row in
        sum
          + zip(predict(row, weights), Self.nodes(row)).reduce(0) {
            $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
          }
      } / 2 / Double(rows.count)
    }
    let gradient = weights.indices.map { index in
      var (up, down) = (weights, weights)
      up[index] += 1e-6
      down[index] -= 1e-6
      return (loss(up) - loss(down)) / 2e-6
    }
    #expect(relativeError(result.gradient, gradient) < 1e-6)
  }

  /// The filter lets a level through once each node below it has a weight above the threshold.
  @Test func filterOpensWhenNodesAreSure() throws {
    var weights = [Double](repeating: 0, count: 30)
    for (node, child) in [(0, 0), (0, 1), (1, 2), (1, 3), (2, 8), (2, 9)] {
      weights[child * 3 + node] = 8
    }
    let open = try run(allRows, given: false, ["filter": "0.4"], weights: weights)
    #expect(
      zip(open.predictions, allRows.flatMap(Self.nodes)).allSatisfy { ($0 - $1).magnitude < 0.1 })
    weights[2 * 3 + 1] = 0
    weights[3 * 3 + 1] = 0
    let closed = try run(allRows, given: false, ["filter": "0.4"], weights: weights)
    #expect((0..<256).allSatisfy { closed.predictions[$0 * 3 + 2] == 0 })
    #expect((0..<256).allSatisfy { closed.predictions[$0 * 3] != 0 })
  }

  /// Rounded scores in the forward pass, with the gradient of the whole numbers.
  @Test func roundedScores() throws {
    var random = SplitMix(3)
    let weights = random.values(30).map { 4 * $0 }
    let whole = weights.map { ($0 + 0.5).rounded(.down) }
    let rounded = try run(allRows, ["rounded": "true"], weights: weights)
    let exact = try run(allRows, weights: whole)
    #expect(relativeError(rounded.predictions, exact.predictions) < 1e-13)
    #expect(relativeError(rounded.gradient, exact.gradient) < 1e-12)
  }

  @Test func refusals() {
    #expect {
      _ = try Bench(
        FirstParty.model("softmax-mixer", ["filter": "0.4"]),
        Signature(
          scoring: .query, contextLength: 0, inputDimension: 8, outputDimension: 2, positions: 1,
          tensors: [
            .init(name: "x", role: .input, shape: [1, 8]),
            .init(name: "target", role: .target, shape: [1, 2]),
          ]))
    } throws: { "\($0)".contains("levels to filter") }
    #expect {
      let task = try FirstParty.task(
        "boolean", ["dimension": "8", "support": "4", "context-length": "5"])
      _ = try Bench(FirstParty.model("softmax-mixer"), task.signature)
    } throws: { "\($0)".contains("not from a context of 5") }
  }
}

private func exponential(_ x: Double) -> Double { Foundation.exp(x) }
