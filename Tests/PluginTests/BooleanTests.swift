import Foundation
import ICLPlugins
import Testing

/// The task `boolean`, and the model `softmax-mixer` on it: arXiv 2505.19531.
@Suite struct BooleanTests {
  private static let signature = Signature(
    scoring: .query, contextLength: 0, inputDimension: 8, outputDimension: 2, positions: 1,
    tensors: [
      .init(name: "x", role: .input, shape: [1, 8]),
      .init(name: "target", role: .target, shape: [1, 2]),
    ])
  private typealias Function = @Sendable (Double, Double) -> Double
  private static let and: Function = { $0 * $1 }
  private static let or: Function = { max($0, $1) }
  private static let xor: Function = { ($0 - $1).magnitude }

  /// Groups (0, 1) and (2, 3) of all rows; the loss of the paper is half of the bench's.
  private func step(
    rows: [[Double]], _ function: Function, weights: [Double]? = nil
  ) throws -> Bench.Result {
    let bench = try Bench(FirstParty.model("softmax-mixer"), Self.signature)
    var result = try bench.run(
      prompts: rows.count,
      [
        "x": rows.flatMap { $0 },
        "target": rows.flatMap { [function($0[0], $0[1]), function($0[2], $0[3])] },
      ], parameters: weights.map { ["W": $0] } ?? [:])
    result.loss /= 2
    result.gradients["W"] = result.gradients["W"]!.map { $0 / 2 }
    return result
  }

  private var allRows: [[Double]] {
    (0..<256).map { row in (0..<8).map { Double(row >> $0 & 1) } }
  }

  /// Checks C1, C2: every row of d = 8 once.
  @Test func gradientOfTheExpectation() throws {
    for function in [Self.and, Self.or] {
      let result = try step(rows: allRows, function)
      #expect((result.loss - 0.21875).magnitude < 1e-12)
      for (index, gradient) in result.gradients["W"]!.enumerated() {
        let isChild = index / 2 / 2 == index % 2 && index / 2 < 4
        #expect((gradient - (isChild ? -0.01171875 : 0.00390625)).magnitude < 1e-12)
      }
    }
    let result = try step(rows: allRows, Self.xor)
    #expect((result.loss - 0.28125).magnitude < 1e-12)
    #expect(result.gradients["W"]!.allSatisfy { $0.magnitude < 1e-15 })
  }

  /// Check C4: one step from 0 finds the support.
  @Test func oneStep() throws {
    let rate = 64 * (Foundation.log(8.0) + 4)
    let start = try step(rows: allRows, Self.and)
    let weights = start.gradients["W"]!.map { -rate * $0 }
    #expect((weights[0] - 4.55958116).magnitude < 5e-9)
    #expect((weights[1] + 1.51986039).magnitude < 5e-9)
    let after = try step(rows: allRows, Self.and, weights: weights)
    #expect((after.loss - 0.125007755504).magnitude < 5e-13)
  }

  /// Check C7: 16 rows of SplitMix64, seed 1.
  @Test func givenSample() throws {
    var random = SplitMix(1)
    let rows = (0..<16).map { _ in (0..<8).map { _ in Double(random.next() >> 63) } }
    #expect(rows[0] == [1, 1, 1, 0, 0, 1, 1, 1])
    let result = try step(rows: rows, Self.and)
    #expect((result.loss - 0.2705078125).magnitude < 1e-12)
    let expected = [
      -0.0191650391, -0.0220947266, 0.0003662109, 0.0111083984, 0.0052490234, 0.0052490234,
      0.0120849609, 0.0072021484,
    ]
    for (j, value) in expected.enumerated() {
      #expect((result.gradients["W"]![2 * j] - value).magnitude < 5e-11)
    }
    let or = try step(rows: rows, Self.or)
    #expect((or.loss - 0.2236328125).magnitude < 1e-12)
  }

  // MARK: The task

  /// What each label says of its group, found by comparing with all groups of bits.
  @Test(arguments: ["and", "or", "majority", "xor"], ["zero-one", "plus-minus"])
  func labelsAreTheFunctionOfDisjointGroups(function: String, encoding: String) throws {
    let (d, k, r) = (9, 6, 3)
    let task = try FirstParty.task(
      "boolean",
      [
        "dimension": "\(d)", "support": "\(k)", "group": "\(r)", "function": function,
        "encoding": encoding,
      ])
    let count = 400
    let draw = try TaskDraw(task, prompts: count)
    func bit(_ value: Double) -> Int { encoding == "zero-one" ? Int(value) : value < 0 ? 1 : 0 }
    let x = draw.tensors["x"]!.map(bit)
    let target = draw.tensors["target"]!.map(bit)
    #expect(
      draw.tensors["x"]!.allSatisfy {
        encoding == "zero-one" ? [0, 1].contains($0) : $0.magnitude == 1
      })
    func value(_ sum: Int) -> Int {
      switch function {
      case "and": sum == r ? 1 : 0
      case "or": sum > 0 ? 1 : 0
      case "majority": 2 * sum > r ? 1 : 0
      default: sum % 2
      }
    }
    var groups: [Set<Int>] = []
    for label in 0..<2 {
      for a in 0..<d {
        for b in a + 1..<d {
          for c in b + 1..<d {
            let explains = (0..<count).allSatisfy { p in
              value(x[p * d + a] + x[p * d + b] + x[p * d + c]) == target[p * 2 + label]
            }
            if explains { groups.append([a, b, c]) }
          }
        }
      }
    }
    #expect(groups.count == 2)
    #expect(groups.count == 2 && groups[0].isDisjoint(with: groups[1]))
  }

  @Test func labelsAreFlippedWithTheirProbability() throws {
    let task = try FirstParty.task("boolean", ["flip": "0.2"])
    let draw = try TaskDraw(task, prompts: 5000)
    let flips = mean(
      zip(draw.tensors["target"]!, draw.tensors["clean"]!).map { $0 == $1 ? 0 : 1 })
    #expect((flips.value - 0.2).magnitude < 5 * flips.error)
  }

  @Test(arguments: ["and", "or"]) func nearMissesAreBalanced(function: String) throws {
    let task = try FirstParty.task(
      "boolean",
      [
        "dimension": "12", "support": "6", "labels": "end-to-end", "function": function,
        "inputs": "near-miss",
      ])
    let count = 4000
    let draw = try TaskDraw(task, prompts: count)
    let labels = draw.tensors["target"]!
    #expect((mean(labels).value - 0.5).magnitude < 5 * mean(labels).error)
    let full = function == "and" ? 1.0 : 0.0
    let x = draw.tensors["x"]!
    // Hidden bits are the constant ones where no bit is missed; elsewhere one of them differs.
    let rows = (0..<count).map { Array(x[$0 * 12..<$0 * 12 + 12]) }
    let whole = rows.indices.filter { labels[$0] == full }
    let hidden = (0..<12).filter { j in whole.allSatisfy { rows[$0][j] == full } }
    #expect(hidden.count == 6)
    for p in rows.indices where labels[p] != full {
      #expect(hidden.count { rows[p][$0] != full } == 1)
    }
  }

  /// The paper's loss is half the squared error, so that a step of gradient descent is the paper's.
  @Test func lossIsHalfTheSquaredError() throws {
    let task = try FirstParty.task("boolean", ["dimension": "10", "support": "4"])
    let draw = try TaskDraw(task, model: FirstParty.model("softmax-mixer"), prompts: 100)
    let expected = (0..<100).map { p in
      let z = (0..<10).reduce(0) { $0 + draw.tensors["x"]![p * 10 + $1] } / 10
      return (0..<2).reduce(0) { sum, m in
        let error = z - draw.tensors["target"]![p * 2 + m]
        return sum + error * error / 2
      }
    }
    #expect(relativeError(draw.losses, expected) < 1e-13)
  }

  @Test(arguments: [
    (["support": "6", "group": "4"], "groups of 4 do not divide 6"),
    (["support": "65"], "65 hidden bits of 64"),
    (["function": "majority"], "majority of 2 bits can be a tie: make it odd"),
    (
      ["function": "majority", "labels": "end-to-end", "support": "4"],
      "majority of 4 bits can be a tie: make it odd"
    ),
    (["function": "xor", "inputs": "near-miss"], "near misses are of AND and OR"),
    (["function": "xor", "inputs": "conditioned"], "AND and OR have a rare value"),
    (["inputs": "every-row"], "2^64 rows are too many"),
    (["inputs": "splitmix64", "context-length": "4"], "no context of pairs"),
    (["inputs": "near-miss", "context-length": "4"], "a test of single rows"),
    (["tree": "full", "support": "12"], "12 hidden bits are no power of 2"),
    (["tree": "full", "labels": "end-to-end"], "node-weight=0, root-weight=1"),
    (["tree": "full", "context-length": "4"], "no context of pairs"),
    (["tree": "full", "group": "1"], "groups of at least 2"),
  ]) func impossibleSettingsAreRefused(settings: [String: String], reason: String) {
    #expect {
      _ = try FirstParty.task("boolean", settings)
    } throws: { "\($0)".contains(reason) }
  }
}
