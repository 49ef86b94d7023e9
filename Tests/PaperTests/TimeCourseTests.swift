import LinearAttentionDynamics
import Testing

/// Closed forms and reductions in time against tables (float64, ± 1e-6).
@Suite struct TimeCourseTests {
  @Test func whiteCovariance() {
    let unit = WhiteMerged(dimension: 4, contextLength: 31, variance: 1, start: 1e-3)
    let times = [0, 2, 3, 3.5, 4, 5]
    expect(
      times.map(unit.sigma),
      [5.00e-7, 0.001487904, 0.074351057, 0.354064169, 0.721313086, 0.858065183])
    expect(
      times.map(unit.loss),
      [3.999996000, 3.988107048, 3.430870365, 1.749810738, 0.646338209, 0.555598652])
    let quarter = WhiteMerged(dimension: 4, contextLength: 31, variance: 0.25, start: 1e-3)
    let later = [0.0, 40, 50, 60, 65, 80]
    expect(
      later.map(quarter.sigma),
      [5.00e-7, 0.010978133, 0.129138437, 1.108491213, 2.147731636, 3.396221307])
    expect(
      later.map(quarter.loss),
      [0.999999750, 0.994519681, 0.936641190, 0.534938062, 0.260930639, 0.139057673])
    #expect(abs(quarter.halfTime - 62.981680882) < 1e-6)
    // Half of the limit is reached then.
    let limit = 1 / (0.25 * (1 + 5.0 / 31))
    #expect(abs(quarter.sigma(at: quarter.halfTime) - limit / 2) < 1e-9)
  }

  @Test func whiteCovarianceIsTheReduction() {
    let white = WhiteMerged(dimension: 4, contextLength: 31, variance: 0.25, start: 1e-3)
    var reduction = MergedReduction(
      Population(eigenvalues: [0.25, 0.25, 0.25, 0.25], contextLength: 31), start: 1e-3)
    for time in [10.0, 50, 60, 65, 100] {
      reduction.advance(to: time)
      #expect(abs(reduction.loss - white.loss(at: time)) < 1e-8)
    }
  }

  private static let losses: [(Double, Double)] = [
    (20, 0.999302356), (30, 0.971014480), (35, 0.842207586), (37, 0.728135768),
    (40, 0.526288579), (45, 0.336266210), (50, 0.269578882), (60, 0.214171323),
    (80, 0.177841608), (100, 0.163868939), (150, 0.145208558), (200, 0.138276973),
  ]

  @Test func generalCovariance() {
    var reduction = MergedReduction(usual, start: 1e-3)
    for (time, loss) in Self.losses {
      reduction.advance(to: time)
      expect([reduction.loss], [loss], "t = \(time)")
      if time == 40 {
        expect(reduction.diagonal, [1.354626, 0.891394, 0.431207, 0.111435])
      }
    }
  }

  /// For random starts of 8 heads the time to half of the drop agrees with the whole flow.
  @Test func effectiveStartOfRandomWeights() {
    let half = (1 + usual.plateauLosses[4]) / 2
    for seed in 0..<12 as Range<UInt64> {
      var normals = Normals(seed)
      let heads = normals.merged(heads: 8, dimension: 4, 1e-6)
      var flow = PopulationFlow(usual, heads, tolerance: 1e-10)
      let start = MergedReduction.effectiveStart(usual, values: heads.values, maps: heads.maps)
      var reduction = MergedReduction(usual, start: start)
      // Both at the flow's half time: the loss falls by about 0.03 a τ there.
      let time = bisect(60, 90) { time in
        var trial = flow
        trial.advance(to: time)
        return trial.loss < half
      }
      flow.advance(to: time)
      let own = bisect(60, 90) { time in
        var trial = reduction
        trial.advance(to: time)
        return trial.loss < half
      }
      reduction.advance(to: own)
      #expect(abs(time - own) < 1e-5, "seed \(seed): \(time) and \(own)")
      #expect((70...82).contains(time), "seed \(seed): \(time)")
    }
  }

  private func bisect(_ low: Double, _ high: Double, _ isPast: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    while high - low > 1e-7 {
      let middle = (low + high) / 2
      if isPast(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// Each hundredfold smaller start delays the drop by ln 100 / ‖Λ²‖ = 24.48 τ.
  @Test func smallerStartsWaitLonger() {
    let delay = 24.47629
    var (early, late) = (MergedReduction(usual, start: 1e-4), MergedReduction(usual, start: 1e-6))
    early.advance(to: 50)
    late.advance(to: 50 + delay)
    #expect(abs(early.loss - late.loss) < 1e-5)
  }

  private static let growths: [[Double]] = [
    [160.633896, 189.393332, 199.416587, 203.625245, 206.126434, 210.268468, 208.33],
    [292.710293, 339.534104, 355.853167, 362.705367, 366.777603, 373.521331, 370.37],
    [678.325521, 771.785261, 804.357905, 818.034809, 826.162941, 839.623337, 833.33],
    [2819.979194, 3129.500403, 3237.374920, 3282.670274, 3309.589131, 3354.167449, 3333.33],
  ]

  @Test func oneHeadLearnsOneComponent() {
    for (component, times) in Self.growths.enumerated() {
      let growth = HeadGrowth(usual, component: component)
      for (fraction, time) in zip([0.1, 0.25, 0.5, 0.75, 0.9, 0.99], times) {
        let end = fraction * growth.limit
        expect([growth.time(from: 0.03, to: end)], [time], "e\(component + 1), \(fraction)")
        expect([growth.value(at: time, start: 0.03)], [end], within: 1e-4)
      }
      #expect(abs(growth.plateauTime(start: 0.03) - times[6]) < 0.005)
    }
  }

  /// The closed form is the solution of its equation.
  @Test func growthAgreesWithTheFlow() {
    let growth = HeadGrowth(usual, component: 1)
    var keys = [Double](repeating: 0, count: 4)
    keys[1] = 0.1
    let heads = Heads(values: [0.1], keys: keys, queries: keys, rank: 1, dimension: 4)
    var flow = PopulationFlow(usual, heads)
    for time in [50.0, 100, 108, 115, 150] {
      flow.advance(to: time)
      #expect(abs(flow.heads.values[0] - growth.value(at: time, start: 0.1)) < 1e-6)
    }
  }
}
