import Glibc
import ICLRandom
import Testing

/// Moments within four standard errors of a million draws, and Kolmogorov–Smirnov.
@Suite struct DistributionTests {
  static let count = 1_000_000
  static let seeds: [UInt64] = [11, 12]

  @Test(arguments: seeds) func uniformMoments(seed: UInt64) {
    let stream = PromptStream.of(seed: seed)
    for values in [
      stream.uniformFloats(Self.count).map(Double.init), stream.uniformDoubles(Self.count),
    ] {
      #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
      // E u^p = 1 / (p + 1); var u^p = 1 / (2p + 1) - 1 / (p + 1)^2.
      for p in 1...4 {
        let mean = 1 / Double(p + 1)
        expectMoment(values, p, mean, variance: 1 / Double(2 * p + 1) - mean * mean)
      }
    }
  }

  @Test(arguments: seeds) func normalMoments(seed: UInt64) {
    let stream = PromptStream.of(seed: seed)
    for values in [
      stream.normalFloats(Self.count).map(Double.init), stream.normalDoubles(Self.count),
    ] {
      #expect(values.allSatisfy { $0.isFinite })
      // E n^p is 0, 1, 0, 3, 0, 15; var n^p = E n^2p - (E n^p)^2 with E n^8 = 105.
      expectMoment(values, 1, 0, variance: 1)
      expectMoment(values, 2, 1, variance: 2)
      expectMoment(values, 3, 0, variance: 15)
      expectMoment(values, 4, 3, variance: 96)
      // Both halves of a Box–Muller pair use one radius, yet are independent.
      let pairs = stride(from: 0, to: values.count, by: 2).map { values[$0] * values[$0 + 1] }
      expectMoment(pairs, 1, 0, variance: 1)
      expectMoment(pairs, 2, 1, variance: 8)
    }
  }

  @Test(arguments: seeds) func kolmogorovSmirnov(seed: UInt64) {
    let stream = PromptStream.of(seed: seed)
    let normal = { (x: Double) in 0.5 * erfc(-x / 2.0.squareRoot()) }
    let n = 200_000
    expectDistribution(stream.uniformFloats(n).map(Double.init)) { $0 }
    expectDistribution(stream.uniformDoubles(n)) { $0 }
    expectDistribution(stream.normalFloats(n).map(Double.init), normal)
    expectDistribution(stream.normalDoubles(n), normal)
  }

  @Test func firstDrawsOfManyPromptsAreNormal() {
    // A distribution across streams, not along one.
    let values = (0..<100_000).map { PromptStream.of(prompt: UInt64($0)).normalDoubles(1)[0] }
    expectDistribution(values) { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
  }

  func expectMoment(_ values: [Double], _ p: Int, _ expected: Double, variance: Double) {
    let sum = values.reduce(0) { $0 + pow($1, Double(p)) }
    let bound = 4 * (variance / Double(values.count)).squareRoot()
    let mean = sum / Double(values.count)
    #expect(abs(mean - expected) < bound, "moment \(p) is \(mean), expected \(expected) ± \(bound)")
  }

  /// The largest distance between the empirical and the true distribution function; at 2.2 / sqrt n
  /// a true null hypothesis is refused once in 8000 times.
  func expectDistribution(_ values: [Double], _ distribution: (Double) -> Double) {
    let sorted = values.sorted()
    let n = Double(sorted.count)
    var distance = 0.0
    for (index, value) in sorted.enumerated() {
      let truth = distribution(value)
      distance = max(distance, Double(index + 1) / n - truth, truth - Double(index) / n)
    }
    #expect(distance < 2.2 / n.squareRoot(), "distance \(distance) for \(sorted.count) values")
  }
}
