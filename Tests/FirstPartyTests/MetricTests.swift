import ICLPlugins
import Testing

/// Against the textbook formulas, in two passes over all values.
struct MetricTests {
  private static let losses = (0..<12).map { Double(($0 * 7) % 12) + 1 }
  private static let oracle = (0..<12).map { Double(($0 * 5) % 12) / 4 + 0.5 }
  private let signature = FirstParty.regression(pairs: 1, dimension: 3, .everyPrefix)

  private func evaluate(_ plugin: String, prompts: Int = 6) throws -> [MetricValues] {
    let metric = try FirstParty.component(plugin).makeMetric()
    try metric.begin(signature)
    for part in [0..<min(4, prompts), min(4, prompts)..<prompts] where !part.isEmpty {
      let range = part.lowerBound * 2..<part.upperBound * 2
      try metric.accumulate(
        EvaluationChunk(
          count: part.count, predictions: Array(repeating: 0, count: range.count),
          targets: Array(repeating: 0, count: range.count), losses: Array(Self.losses[range]),
          oracleLosses: Array(Self.oracle[range]), latents: [:]))
    }
    return try metric.finish()
  }

  private func column(_ values: [Double], _ position: Int) -> [Double] {
    (0..<6).map { values[2 * $0 + position] }
  }
  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
  private func standardError(_ values: [Double]) -> Double {
    let mean = mean(values)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  @Test func lossByContextLength() throws {
    let found = try #require(try evaluate("loss-by-context-length").first)
    #expect(found.axis == "context length")
    #expect(found.firstIndex == 0)
    let columns = [0, 1].map { column(Self.losses, $0) }
    #expect(isClose(found.values, columns.map(mean), 1e-13))
    #expect(isClose(found.standardErrors ?? [], columns.map(standardError), 1e-13))
  }

  @Test func onePromptHasNoStandardError() throws {
    let found = try #require(try evaluate("loss-by-context-length", prompts: 1).first)
    #expect(found.values == Array(Self.losses[..<2]))
    #expect(found.standardErrors == nil)
  }

  @Test func excessOverOracle() throws {
    let found = try evaluate("excess-over-oracle")
    try #require(found.map(\.name) == ["excess-over-oracle", "ratio-to-oracle"])
    let pairs = [0, 1].map { (column(Self.losses, $0), column(Self.oracle, $0)) }
    let differences = pairs.map { zip($0.0, $0.1).map(-) }
    #expect(isClose(found[0].values, differences.map(mean), 1e-13))
    #expect(isClose(found[0].standardErrors ?? [], differences.map(standardError), 1e-13))
    let ratios = pairs.map { mean($0.0) / mean($0.1) }
    #expect(isClose(found[1].values, ratios, 1e-13))
    let errors = zip(pairs, ratios).map { pair, ratio in
      standardError(zip(pair.0, pair.1).map { $0 - ratio * $1 }) / mean(pair.1)
    }
    #expect(isClose(found[1].standardErrors ?? [], errors, 1e-13))
  }
}
