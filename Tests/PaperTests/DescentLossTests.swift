import GradientDescentLosses
import Testing

/// Closed forms of descent on the context against sums over small laws, and against samples.
@Suite struct DescentLossTests {
  /// x of one entry ±1 with probability p each and 0 else: everything can be counted.
  @Test(arguments: [1, 2, 3]) func lossIsTheMeanOverAllPrompts(pairs: Int) {
    let values: [(x: Double, p: Double)] = [(-1, 0.3), (0, 0.4), (1, 0.3)]
    let variance = 0.6
    let losses = DescentLosses(
      dimension: 1, pairs: pairs, variance: variance, kurtosis: 0.6 / (variance * variance))
    let weights = (0..<pairs).map { 0.4 / Double($0 + 1) }
    var mean = 0.0
    for index in 0..<pow3(pairs + 1) {
      var (rest, probability, sum) = (index, 1.0, 0.0)
      var last = 0.0
      for place in 0...pairs {
        let value = values[rest % 3]
        rest /= 3
        probability *= value.p
        if place < pairs { sum += weights[place] * value.x * value.x } else { last = value.x }
      }
      // w has variance 1, so the error is (Σ a x² - 1)² x_q².
      mean += probability * 0.5 * (sum - 1) * (sum - 1) * last * last
    }
    let formula = losses.loss(
      sum: weights.reduce(0, +), squares: weights.map { $0 * $0 }.reduce(0, +))
    #expect((mean - formula).magnitude < 1e-14)
  }

  private func pow3(_ n: Int) -> Int { (0..<n).reduce(1) { product, _ in product * 3 } }

  /// E tr Ĝ^k of two rows and two columns of signs, by counting all 16 matrices.
  @Test func momentsOfSigns() {
    let moments = GramMoments(dimension: 2, pairs: 2, order: 6) { _ in 1 }
    var traces = [Double](repeating: 0, count: 7)
    for bits in 0..<16 {
      let x = (0..<4).map { bits >> $0 & 1 == 0 ? 1.0 : -1 }
      let g = [
        (x[0] * x[0] + x[2] * x[2]) / 2, (x[0] * x[1] + x[2] * x[3]) / 2,
        (x[1] * x[1] + x[3] * x[3]) / 2,
      ]
      var power = [1.0, 0, 0, 1]
      for k in 0...6 {
        traces[k] += (power[0] + power[3]) / 16
        power = [
          power[0] * g[0] + power[1] * g[1], power[0] * g[1] + power[1] * g[2],
          power[2] * g[0] + power[3] * g[1], power[2] * g[1] + power[3] * g[2],
        ]
      }
    }
    for k in 0...6 { #expect((moments.traces[k] - traces[k]).magnitude < 1e-12, "\(k)") }
  }

  /// One step of size from moments is the closed form; more steps are better, free ones best.
  @Test func bestSteps() {
    let losses = DescentLosses(dimension: 10, pairs: 10, variance: 1.0 / 12, kurtosis: 1.8)
    let moments = GramMoments(
      dimension: 10, pairs: 10, order: 6, moment: GramMoments.uniform(halfWidth: 0.5))
    let half = losses.zero / 10
    let one = BestSteps.constant(1, traces: moments.traces, scale: half)
    #expect((one.steps[0] - losses.bestStep).magnitude < 1e-9)
    #expect((one.loss - losses.best).magnitude < 1e-12)
    let free = BestSteps.free(2, traces: moments.traces, scale: half)
    // arXiv 2410.11687's setting, means over 200,000 tasks: 4.003 and 11.572, .141259 (.000052).
    #expect((free.loss - 0.141259).magnitude < 0.0003)
    #expect((free.steps[0] - 4.003).magnitude < 0.03 && (free.steps[1] - 11.572).magnitude < 0.1)
    let constant = BestSteps.constant(2, traces: moments.traces, scale: half)
    #expect(free.loss < constant.loss && constant.loss < one.loss)
    // Nearby sizes are worse.
    for change in [-0.05, 0.05] {
      let moved = constant.steps[0] + change
      let value = (0...4).reduce(0.0) { sum, i in
        let binomial = [1.0, -4, 6, -4, 1][i]
        return sum + binomial * moments.traces[i] * (0..<i).reduce(1.0) { p, _ in p * moved }
      }
      #expect(half * value > constant.loss)
    }
  }
}
