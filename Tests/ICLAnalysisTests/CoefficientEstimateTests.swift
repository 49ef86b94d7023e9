import Foundation
import ICLAnalysis
import Testing

@Suite struct CoefficientEstimateTests {
  /// Independent numbers around a level, by a generator that is not the program's.
  private static func trace(_ count: Int, level: Double, seed: UInt64, slope: Double = 0)
    -> [Double]
  {
    var state = seed
    return (0..<count).map { step in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let u = Double(state >> 11) * 0x1p-53
      return level + 0.1 * (u - 0.5) + slope * Double(step) / Double(count)
    }
  }

  @Test func meanOfWhatFollowsTheBurnIn() {
    let early = [Double](repeating: 99, count: 100)
    let traces = (1...3).map { early + Self.trace(4000, level: 1.5, seed: UInt64($0)) }
    let estimate = CoefficientEstimate(
      traces: traces, burnIn: 100, start: 1, inverseTemperature: 20)
    for (chain, trace) in traces.enumerated() {
      let mean = trace[100...].reduce(0, +) / 4000
      #expect(abs(estimate.chains[chain] - 20 * (mean - 1)) < 1e-10)
    }
    #expect(abs(estimate.mean - 10) < 4 * estimate.standardError)
    // √(1/12) · 0.1 · 20 / √4000 for a chain.
    #expect(estimate.errors.allSatisfy { abs($0 / 0.009129 - 1) < 0.5 })
    #expect(estimate.isHealthy && estimate.problems.isEmpty)
    #expect(abs(estimate.rHat - 1) < 0.01)
  }

  @Test func unhealthyChainsAreRefused() {
    func problems(
      _ traces: [[Double]], start: Double = 1, burnIn: Int = 0, relaxation: Double? = nil
    ) -> String {
      CoefficientEstimate(
        traces: traces, burnIn: burnIn, start: start, inverseTemperature: 20,
        relaxation: relaxation
      ).problems.joined(separator: "; ")
    }
    let good = Self.trace(2000, level: 1.5, seed: 7)
    #expect(problems([good]).isEmpty)
    #expect(problems([good.dropLast() + [.nan]]).contains("not finite from step 1999"))
    #expect(problems([good], start: 1.6).contains("the start is no minimum"))
    let drifting = Self.trace(2000, level: 1.4, seed: 8, slope: 0.3)
    #expect(problems([drifting]).contains("chain 0 still drifts"))
    let other = Self.trace(2000, level: 1.8, seed: 9)
    #expect(problems([good, other]).contains("the chains disagree: 9."))
    #expect(problems([good], burnIn: 300, relaxation: 333).contains("shorter than 1.0 relaxation"))
    #expect(problems([good], burnIn: 400, relaxation: 333).isEmpty)
  }

  @Test func aChainOfItsOwnHasAnErrorThatSeesDependence() {
    // Each number ten times: a tenth of the draws are independent.
    let base = Self.trace(1000, level: 1.5, seed: 3)
    let slow = base.flatMap { [Double](repeating: $0, count: 10) }
    let fast = Self.trace(10_000, level: 1.5, seed: 3)
    func error(_ trace: [Double]) -> Double {
      CoefficientEstimate(traces: [trace], burnIn: 0, start: 1, inverseTemperature: 1)
        .standardError
    }
    let ratio = error(slow) / error(fast)
    #expect(ratio > 1.8 && ratio < 6)
  }
}
