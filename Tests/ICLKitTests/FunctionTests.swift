import Foundation
import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// Functions of the kit against plain loops, through the C interface and the reference interpreter.
@Suite struct FunctionTests {
  static let x = (0..<8).map { sin(1 + 2.3 * Double($0)) }
  static let y = (0..<3).map { cos(0.4 + 1.9 * Double($0)) }
  static let rows = (0..<4).map { [x[2 * $0], x[2 * $0 + 1]] }

  private func prediction(of function: String) throws -> [Double] {
    let signature = Signature(
      scoring: .everyPrefix, contextLength: 3, inputDimension: 2, outputDimension: 1,
      positions: 4,
      tensors: [
        .init(name: "x", role: .input, shape: [4, 2]),
        .init(name: "y", role: .input, shape: [3, 1]),
        .init(name: "target", role: .target, shape: [4, 1]),
      ], properties: [:])
    var graph = Graph()
    let scope = PromptScope(["x": graph.input("x", [4, 2]), "y": graph.input("y", [3, 1])])
    let model = try KitPlugin.component("shown").makeModel(["function": function])
    let node = try model.build(in: &graph, scope: scope, signature: signature)
    return try ReferenceInterpreter().evaluate(
      graph, roots: [node], prompts: 1, inputs: ["x": Self.x, "y": Self.y], parameters: [:])[0]
  }

  private func check(_ function: String, _ expected: [Double]) throws {
    let found = try prediction(of: function)
    #expect(found.count == expected.count, "\(function)")
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-12, "\(function): \(a), \(b)") }
  }

  @Test(arguments: [false, true]) func scan(reverse: Bool) throws {
    var carry = 0.1
    var outputs = [Double](repeating: 0, count: 4)
    for t in reverse ? [3, 2, 1, 0] : [0, 1, 2, 3] {
      carry = tanh(carry + 0.7 * (Self.rows[t][0] + Self.rows[t][1]))
      outputs[t] = 2 * carry
    }
    try check(reverse ? "reverse-scan" : "scan", outputs.map { $0 + carry })
  }

  @Test func gather() throws {
    try check("gather", [3, 1, 0, 2].map { Self.rows[$0][0] + Self.rows[$0][1] })
  }

  @Test func linearRecurrence() throws {
    var state = 0.3
    try check(
      "recurrence",
      Self.rows.map { row in
        state = row[0] * state + row[1]
        return state
      })
  }

  @Test func softmaxWithAStrictlyCausalMask() throws {
    let expected = (0..<4).map { i in
      let weights = (0..<i).map { j in
        exp(Self.rows[i][0] * Self.rows[j][0] + Self.rows[i][1] * Self.rows[j][1])
      }
      let sum = weights.reduce(0, +)
      return (0..<i).map { weights[$0] * Self.rows[$0][0] / sum }.reduce(0, +)
    }
    #expect(expected[0] == 0)
    try check("softmax", expected)
  }

  @Test func norms() throws {
    try check(
      "layer-norm",
      Self.rows.map { row in
        let mean = (row[0] + row[1]) / 2
        let variance = (pow(row[0] - mean, 2) + pow(row[1] - mean, 2)) / 2
        let normal = row.map { ($0 - mean) / (variance + 0.1).squareRoot() }
        return (2 * normal[0] + 0.5) - 2 * (3 * normal[1] - 1)
      })
    try check(
      "root-mean-square",
      Self.rows.map { row in
        let scale = ((row[0] * row[0] + row[1] * row[1]) / 2 + 0.1).squareRoot()
        return (row[0] - 2 * row[1]) / scale
      })
  }

  /// What `shown` makes of tokens.
  private func shown(_ tokens: [[Double]]) -> [Double] {
    (0..<4).map { p in
      var sum = 0.0
      for (t, token) in tokens.enumerated() {
        for (e, value) in token.enumerated() {
          sum += (Double(p + 1) + 10 * Double(t) + 100 * Double(e)) * value
        }
      }
      return sum
    }
  }

  @Test func layouts() throws {
    let (x, y) = (Self.rows, Self.y)
    let pairs = (0..<3).map { x[$0] + [y[$0]] }
    try check("concatenated-pairs", shown(pairs + [x[3] + [0]]))
    let tokens: [[Double]] = (0..<3).flatMap { [x[$0] + [0], [0, 0, y[$0]]] }
    try check("interleaved", shown(tokens + [x[3] + [0]]))
  }

  /// A constant of 2^40 numbers is refused before memory is asked for.
  @Test func aHugeConstantIsRefused() throws {
    let error = #expect(throws: PluginError.self) { try prediction(of: "huge") }
    #expect(
      error?.message.contains("shape [1048576, 1048576] holds more than 2^28 elements") == true)
  }
}
