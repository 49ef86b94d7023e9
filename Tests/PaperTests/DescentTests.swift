import Foundation
import LinearAttentionDynamics
import Testing

/// Gradient descent on the population, through the plugins, against losses to 1e-9.
///
/// The table's update is W += η times the right-hand side of the flow, which is -½ ∂L/∂W: a rate of
/// η / 2.
@Suite struct DescentTests {
  private let rate = 0.05 / 2

  /// Rows of width D + 1 from rows of width D, the last entry 0.
  private func padded(_ rows: [[Double]]) -> [Double] {
    var result: [Double] = []
    for row in rows { result += row + [0] }
    return result
  }

  private func expectLosses(
    _ descent: Descent, _ table: [(step: Int, loss: Double)],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    var next = table[...]
    for step in 0...table.last!.step {
      try descent.step(rate: rate)
      guard let (wanted, loss) = next.first, wanted == step else { continue }
      #expect(
        abs(descent.loss - loss) < 1e-9, "step \(step): \(descent.loss), expected \(loss)",
        sourceLocation: location)
      next = next.dropFirst()
    }
  }

  private let mergedValues = [0.01, -0.005]
  private let mergedMaps: [[Double]] = {
    var maps: [[Double]] = [[], []]
    for index in 0..<16 {
      let angle = 1 + Double(4 * (index / 4)) + Double(index % 4)
      maps[0].append(0.01 * sin(angle))
      maps[1].append(0.01 * cos(angle))
    }
    return maps
  }()

  /// The label row of W^V of every head: v_vec = 0, then v.
  private func labelRows(_ values: [Double]) -> [Double] {
    var rows: [Double] = []
    for value in values { rows += [0, 0, 0, 0, value] }
    return rows
  }

  @Test func merged() throws {
    // W^KQ [H, 5, 4]: rows of U, then u = 0.
    var keyQuery: [Double] = []
    for map in mergedMaps { keyQuery += map + [0, 0, 0, 0] }
    let descent = try Descent(
      task: FirstParty.population(),
      model: FirstParty.model("linear-attention", ["heads": "2", "zero-blocks": "start"]),
      prompts: 64,
      start: [
        "heads.value": labelRows(mergedValues), "heads.key-query": keyQuery,
      ]
    )
    try expectLosses(
      descent,
      [
        (0, 1.000003026781), (200, 0.999217372317), (400, 0.968175768655),
        (500, 0.830889157753), (600, 0.513724694560), (700, 0.333381956998),
        (800, 0.268769585028), (1000, 0.214063662772), (2000, 0.158860257363),
        (4000, 0.137675624463),
      ])
    // The blocks that mix inputs with labels are trained, and stay where they started.
    let value = descent.values("heads.value")
    let mixing = value.indices.filter { $0 % 5 < 4 }.map { abs(value[$0]) }
    #expect(mixing.max()! < 1e-10)
  }

  @Test func mergedIsTheCubicNetwork() throws {
    let descent = try Descent(
      task: FirstParty.population(), model: FirstParty.model("cubic-features", ["heads": "2"]),
      prompts: 64,
      start: ["heads.value": mergedValues, "heads.key-query": Array(mergedMaps.joined())])
    try expectLosses(
      descent, [(0, 1.000003026781), (600, 0.513724694560), (1000, 0.214063662772)])
  }

  @Test func effectiveStartOfTheTable() {
    let start = MergedReduction.effectiveStart(
      usual, values: mergedValues, maps: Array(mergedMaps.joined()))
    #expect(abs(start - 0.007016761042) < 1e-12)
  }

  /// k_hr[d] = sin(1 + h + 2 r + 3 d) / 10, or q_hr[d] = cos(1/2 + 2 h + r + d) / 10, [H R, D].
  private func rows(heads: Int, rank: Int, ofKeys: Bool) -> [[Double]] {
    (0..<heads * rank).map { row in
      (0..<4).map { d in
        let (h, r) = (row / rank, row % rank)
        return ofKeys
          ? 0.1 * sin(Double(1 + h + 2 * r + 3 * d)) : 0.1 * cos(0.5 + Double(2 * h + r + d))
      }
    }
  }

  @Test func separateRankOne() throws {
    let descent = try separate(rank: 1, heads: 4)
    try expectLosses(
      descent,
      [
        (0, 1.000019384713), (400, 0.998561639479), (800, 0.987994665184),
        (1000, 0.914378959551), (1500, 0.636130243312), (2000, 0.551573555473),
        (3000, 0.377088087390), (5000, 0.368297215892), (8000, 0.209782917602),
        (16000, 0.209140886326), (20000, 0.195516214014), (30000, 0.135995071598),
      ])
    let values = descent.values("heads.value").enumerated().filter { $0.offset % 5 == 4 }
    expect(
      values.map { abs($0.element) }.sorted(), [1.310520, 1.431700, 1.622967, 1.935256],
      within: 5e-7)
  }

  @Test func separateRankTwo() throws {
    let descent = try separate(rank: 2, heads: 2)
    try expectLosses(
      descent,
      [
        (0, 0.999586225504), (400, 0.997347379652), (800, 0.976887922688),
        (1000, 0.848839676205), (1500, 0.377003685356), (2000, 0.323724410983),
        (3000, 0.209460214136), (5000, 0.200031780980), (8000, 0.136032370273),
        (12000, 0.135995071598),
      ])
  }

  /// Of every option that changes the computation, by central differences.
  @Test(
    arguments: [
      ["attention": "softmax"],
      ["attention": "softmax", "parametrization": "separate", "rank": "2"],
      ["scale": "none"], ["scale": "tokens", "parametrization": "separate"],
      ["attention": "softmax", "layers": "2"],
    ], ["query", "every-prefix"])
  func gradientsAreDerivatives(_ options: [String: String], _ scoring: String) throws {
    let descent = try Descent(
      task: FirstParty.task(
        "ridge",
        ["dimension": "3", "context-length": "4", "noise-variance": "0", "scoring": scoring]),
      model: FirstParty.model(
        "linear-attention",
        ["heads": "2", "zero-blocks": "never", "initial-scale": "0.4"].merging(options) { $1 }),
      prompts: 48, seed: 5)
    let gradients = try descent.gradients()
    for (index, name) in descent.parameters.names.enumerated() {
      let values = descent.parameters.values(index)
      for element in stride(from: 0, to: values.count, by: 3) {
        func loss(_ shift: Double) throws -> Double {
          var moved = values
          moved[element] += shift
          descent.parameters.set(index, moved)
          _ = try descent.gradients()
          return descent.loss
        }
        let difference = try (loss(1e-5) - loss(-1e-5)) / 2e-5
        let gradient = gradients[name]![element]
        #expect(
          abs(gradient - difference) < 1e-7 * max(1, abs(gradient)),
          "\(options) \(name)[\(element)]: \(gradient), \(difference)")
      }
      descent.parameters.set(index, values)
    }
  }

  private func separate(rank: Int, heads: Int) throws -> Descent {
    let keys = rows(heads: heads, rank: rank, ofKeys: true)
    let queries = rows(heads: heads, rank: rank, ofKeys: false)
    return try Descent(
      task: FirstParty.population(),
      model: FirstParty.model(
        "linear-attention",
        ["heads": "\(heads)", "rank": "\(rank)", "parametrization": "separate"]),
      prompts: 64,
      start: [
        "heads.value": labelRows((0..<heads).map { 0.15 - 0.02 * Double($0) }),
        "heads.key": padded(keys), "heads.query": Array(queries.joined()),
      ])
  }
}
