import ICLTraining
import Testing

@Suite struct LossStatisticsTests {
  /// Against sums over all values, for chunks of every size; a mean of 1e6 beside a spread of 1
  /// would lose its variance if squares were subtracted.
  @Test(arguments: [1, 3, 7, 40])
  func equalsTheWholeAtOnce(chunk: Int) {
    let positions = 3
    let prompts = 40
    let losses = (0..<(prompts * positions)).map { 1e6 + Double(($0 * 37) % 101) / 50 }
    var statistics = LossStatistics(positions: positions)
    for first in stride(from: 0, to: prompts, by: chunk) {
      let count = min(chunk, prompts - first)
      let values = losses[(first * positions)..<((first + count) * positions)]
      statistics.add(Array(values), count: count)
    }
    func check(_ estimate: Estimate, _ values: [Double]) {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
      #expect(abs(estimate.mean - mean) < 1e-9 * mean)
      #expect(abs(estimate.standardError - error) < 1e-8 * error)
    }
    for position in 0..<positions {
      check(
        statistics.byPosition[position],
        (0..<prompts).map { losses[$0 * positions + position] })
    }
    check(
      statistics.mean,
      (0..<prompts).map { prompt in
        (0..<positions).reduce(0) { $0 + losses[prompt * positions + $1] } / Double(positions)
      })
  }
}
