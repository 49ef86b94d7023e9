import ICLPlugins
import Testing

/// Rows that the task `boolean` walks through, trees of nodes, and contexts.
@Suite struct BooleanInputTests {
  private func rows(_ draw: TaskDraw, _ width: Int, of name: String = "x") -> [[Int]] {
    let values = draw.tensors[name]!
    return stride(from: 0, to: values.count, by: width).map { first in
      values[first..<first + width].map { Int($0) }
    }
  }

  @Test func everyRowIsThereOnce() throws {
    let task = try FirstParty.task(
      "boolean", ["dimension": "6", "support": "2", "inputs": "every-row", "hidden": "first"])
    #expect(task.signature.properties["set-size"] == 64)
    let draw = try TaskDraw(task, prompts: 64)
    let rows = rows(draw, 6)
    #expect(Set(rows).count == 64)
    #expect(zip(rows, draw.tensors["target"]!).allSatisfy { Double($0[0] * $0[1]) == $1 })
    #expect(draw.tensors["hidden"]!.prefix(2) == [0, 1])
  }

  /// Check C7: what the specification lists of the sample.
  @Test func givenSampleIsSplitMix64() throws {
    let settings = [
      "dimension": "8", "support": "4", "inputs": "splitmix64", "sample-seed": "1",
      "sample-size": "16", "hidden": "first",
    ]
    let draw = try TaskDraw(FirstParty.task("boolean", settings), prompts: 32)
    let rows = rows(draw, 8)
    #expect(rows[0] == [1, 1, 1, 0, 0, 1, 1, 1])
    #expect(rows[15] == [1, 1, 1, 0, 0, 0, 0, 0])
    #expect(Array(rows[16...]) == Array(rows[..<16]))
    #expect(
      (0..<8).map { column in rows[..<16].reduce(0) { $0 + $1[column] } }
        == [11, 11, 8, 7, 9, 11, 8, 6])
    let turned = try TaskDraw(
      FirstParty.task("boolean", settings.merging(["complemented": "true"]) { $1 }), prompts: 1)
    #expect(turned.tensors["x"]! == [0, 0, 0, 1, 1, 0, 0, 0])
  }

  /// Every node is the function of its children, bottom-up; flips are in labels and chain alike.
  @Test(arguments: ["and", "or", "majority", "xor"]) func treesOfNodes(function: String) throws {
    let r = function == "majority" ? 3 : 2
    let k = r * r * r
    let task = try FirstParty.task(
      "boolean",
      [
        "dimension": "30", "support": "\(k)", "group": "\(r)", "function": function,
        "tree": "full", "flip": "0.2", "bias": function == "and" ? "0.8" : "0.4",
      ])
    let count = 500
    let draw = try TaskDraw(task, prompts: count)
    let nodes = r * r + r + 1
    let (x, clean) = (rows(draw, 30), rows(draw, nodes, of: "clean"))
    let (target, chain) = (draw.tensors["target"]!, draw.tensors["chain"]!)
    #expect(target == chain)
    let hidden = draw.tensors["hidden"]!.prefix(k).map { Int($0) }
    #expect(Set(hidden).count == k)
    for p in 0..<count {
      var below = hidden.map { x[p][$0] }
      var expected: [Int] = []
      while below.count > 1 {
        below = stride(from: 0, to: below.count, by: r).map { first in
          let sum = below[first..<first + r].reduce(0, +)
          switch function {
          case "and": return sum == r ? 1 : 0
          case "or": return sum > 0 ? 1 : 0
          case "majority": return 2 * sum > r ? 1 : 0
          default: return sum % 2
          }
        }
        expected += below
      }
      #expect(clean[p] == expected)
    }
    let flips = mean(zip(target, draw.tensors["clean"]!).map { $0 == $1 ? 0 : 1 })
    #expect((flips.value - 0.2).magnitude < 5 * flips.error)
    let hiding = try FirstParty.task(
      "boolean", ["tree": "full", "chain": "generated", "support": "8"])
    #expect(!hiding.signature.tensors.contains { $0.name == "chain" })
  }

  @Test(arguments: [("and", 1.0), ("or", 0.0)])
  func halfOfTheConditionedRowsAreRare(function: String, value: Double) throws {
    let task = try FirstParty.task(
      "boolean",
      [
        "dimension": "20", "support": "16", "labels": "end-to-end", "function": function,
        "inputs": "conditioned",
      ])
    let draw = try TaskDraw(task, prompts: 4000)
    let share = mean(draw.tensors["target"]!.map { $0 == value ? 1 : 0 })
    #expect((share.value - 0.5).magnitude < 5 * share.error)
    let hidden = Set(draw.tensors["hidden"]!.prefix(16).map { Int($0) })
    let x = draw.tensors["x"]!
    let others = (0..<20).filter { !hidden.contains($0) }
    let ones = mean((0..<4000).flatMap { p in others.map { x[p * 20 + $0] } })
    #expect((ones.value - 0.5).magnitude < 5 * ones.error)
  }

  /// The weighted loss of nodes and root.
  @Test func lossOfNodesAndRoot() throws {
    let task = try FirstParty.task(
      "boolean",
      [
        "dimension": "8", "support": "4", "tree": "full", "function": "xor", "node-weight": "0.25",
        "root-weight": "0.1", "chain": "generated",
      ])
    let draw = try TaskDraw(task, model: FirstParty.model("always-zero"), prompts: 200)
    let target = draw.tensors["target"]!
    let expected = (0..<200).map { p in
      let e = target[p * 3..<p * 3 + 3].map { $0 * $0 }
      return 0.5 * (0.25 * (e[0] + e[1] + e[2]) + 0.1 * e[2])
    }
    #expect(relativeError(draw.losses, expected) < 1e-14)
  }

  /// Each prompt of a context has hidden bits of its own, and labels that follow from them.
  @Test func contextsHaveTheirOwnHiddenBits() throws {
    let task = try FirstParty.task(
      "boolean",
      ["dimension": "10", "support": "3", "labels": "end-to-end", "context-length": "20"])
    let draw = try TaskDraw(task, prompts: 50)
    let (x, y) = (draw.tensors["x"]!, draw.tensors["y"]!)
    let hidden = rows(draw, 3, of: "hidden")
    #expect(Set(hidden.map(Set.init)).count > 20)
    for p in 0..<50 {
      for row in 0...20 {
        let label = row < 20 ? y[p * 20 + row] : draw.tensors["target"]![p]
        let bits = hidden[p].map { x[(p * 21 + row) * 10 + $0] }
        #expect(bits.reduce(1, *) == label)
      }
    }
  }

  /// Against sets of bits, row by row.
  @Test(arguments: ["and", "or"]) func eliminationKeepsWhatNoRowExcludes(function: String) throws {
    let (d, n) = (9, 24)
    let signature = Signature(
      scoring: .query, contextLength: n, inputDimension: d, outputDimension: 1, positions: 1,
      tensors: [
        .init(name: "x", role: .input, shape: [n + 1, d]),
        .init(name: "y", role: .input, shape: [n, 1]),
        .init(name: "target", role: .target, shape: [1, 1]),
      ], properties: ["function": function == "and" ? 0 : 1])
    let task = try FirstParty.task(
      "boolean",
      [
        "dimension": "\(d)", "support": "3", "labels": "end-to-end", "context-length": "\(n)",
        "function": function,
      ])
    let count = 300
    let draw = try TaskDraw(task, prompts: count)
    let result = try Bench(FirstParty.model("elimination"), signature).run(
      prompts: count,
      ["x": draw.tensors["x"]!, "y": draw.tensors["y"]!, "target": draw.tensors["target"]!])
    let (x, labels) = (rows(draw, d), draw.tensors["y"]!)
    let present = function == "and" ? 1 : 0
    for p in 0..<count {
      let block = Array(x[p * (n + 1)..<(p + 1) * (n + 1)])
      var kept = Set(0..<d)
      for row in 0..<n where Int(labels[p * n + row]) == present {
        kept = kept.filter { block[row][$0] == present }
      }
      let isWhole = kept.allSatisfy { block[n][$0] == present }
      let answer = isWhole ? present : 1 - present
      #expect(result.predictions[p] == Double(answer))
    }
  }

  @Test(arguments: [
    ("and", "2", "0.5", 0.25), ("or", "3", "0.3", 1 - 0.343), ("majority", "3", "0.5", 0.5),
    ("xor", "2", "0.25", 0.375),
  ])
  func bestConstantIsTheMeanLabel(
    _ function: String, _ group: String, _ bias: String, _ expected: Double
  ) throws {
    let task = try FirstParty.task(
      "boolean",
      ["dimension": "12", "support": "6", "group": group, "function": function, "bias": bias])
    #expect((task.signature.properties["label-mean"]! - expected).magnitude < 1e-12)
    let bench = try Bench(FirstParty.model("best-constant"), task.signature)
    let draw = try TaskDraw(task, prompts: 2)
    let predictions = try bench.run(
      prompts: 2, draw.tensors.filter { $0.key != "clean" && $0.key != "hidden" }
    ).predictions
    #expect(predictions.allSatisfy { ($0 - expected).magnitude < 1e-12 })
  }
}
