import LinearAttentionDynamics
import Testing

/// Separate attention: what its flow keeps, where it stops, and when it drops.
@Suite struct SeparateTests {
  @Test(arguments: [1, 2, 4])
  func flowConserves(_ rank: Int) {
    var normals = Normals(UInt64(40 + rank))
    let heads = normals.separate(heads: 4 / rank + 1, rank: rank, dimension: 4, 0.1)
    var flow = PopulationFlow(usual, heads)
    let before = heads.conserved(dimension: 4)
    for time in [100.0, 1000, 5000, 20000] {
      flow.advance(to: time)
      expect(flow.heads.conserved(dimension: 4), before, within: 1e-8, "t = \(time)")
    }
    #expect(flow.loss < 0.5)
  }

  @Test func mergedFlowConserves() {
    var normals = Normals(3)
    let heads = normals.merged(heads: 3, dimension: 4, 0.1)
    var flow = PopulationFlow(usual, heads)
    flow.advance(to: 1000)
    expect(flow.heads.conserved(dimension: 4), heads.conserved(dimension: 4), within: 1e-8)
    #expect(abs(flow.loss - usual.plateauLosses[4]) < 1e-6)
  }

  /// H rank-one heads below D components stop at M_H.
  @Test(arguments: [(1, 0.640579710), (2, 0.377372163), (3, 0.209804595)])
  func fewHeadsStopEarly(_ heads: Int, _ loss: Double) {
    var normals = Normals(UInt64(heads))
    var flow = PopulationFlow(
      usual, normals.separate(heads: heads, rank: 1, dimension: 4, 0.1), tolerance: 1e-8)
    flow.advance(to: 40_000)
    expect([flow.loss], [loss])
  }

  /// Times of the four drops from 30 random starts: median relative error below 8 %.
  ///
  /// The specification measured 3.5, 4.3, 4.9 and 5.6 %.
  @Test func plateausFromTheStart() {
    let levels = usual.plateauLosses
    let middles = (0..<4).map { (levels[$0] + levels[$0 + 1]) / 2 }
    var errors = [[Double]](repeating: [], count: 4)
    for seed in 0..<30 as Range<UInt64> {
      var normals = Normals(1000 + seed)
      let heads = normals.separate(heads: 5, rank: 1, dimension: 4, 0.03)
      let crossings = crossings(heads, middles, horizon: 12_000)
      let plateaus = SeparatePlateaus(usual, heads, horizon: 12_000)
      for (index, time) in crossings.enumerated() where index < plateaus.drops.count {
        errors[index].append(abs(plateaus.drops[index].middle / time - 1))
      }
    }
    let found = errors.map(median)
    for (index, bound) in [0.05, 0.06, 0.08, 0.10].enumerated() {
      #expect(errors[index].count > 10)
      #expect(found[index] < bound, "drops: \(found)")
    }
  }

  private func crossings(_ heads: Heads, _ levels: [Double], horizon: Double) -> [Double] {
    var flow = PopulationFlow(usual, heads, tolerance: 1e-6)
    var times: [Double] = []
    while flow.time < horizon, times.count < levels.count {
      let time = flow.step(atMost: horizon - flow.time)
      let loss = flow.loss
      while times.count < levels.count, loss < levels[times.count] { times.append(time) }
    }
    return times
  }

  /// On a plateau W is that of principal component regression: μ_1 … μ_m, then nothing.
  ///
  /// A plateau is where the loss stays within a hundredth of the trace of L(M_m) for 100 τ; a run
  /// that passes a level without stopping has none there.
  @Test func plateausArePrincipalComponentRegression() {
    var plateaus = 0
    for seed in 0..<6 as Range<UInt64> {
      var normals = Normals(2000 + seed)
      var flow = PopulationFlow(
        usual, normals.separate(heads: 5, rank: 1, dimension: 4, 0.01), tolerance: 1e-6)
      var best = [(distance: Double, map: [Double])](repeating: (.infinity, []), count: 5)
      var stays = [Double](repeating: 0, count: 5)
      var before = 0.0
      while flow.time < 60_000 {
        let time = flow.step(atMost: 5)
        let map = flow.heads.map(dimension: 4)
        let loss = usual.loss(map: map)
        for (m, level) in usual.plateauLosses.enumerated() {
          let distance = abs(loss - level)
          if distance < 0.01 { stays[m] += time - before }
          if distance < best[m].distance { best[m] = (distance, map) }
        }
        before = time
      }
      for m in 0...4 where stays[m] > 100 {
        plateaus += 1
        expectRegression(best[m].map, components: m, "seed \(seed), stays \(stays[m])")
      }
    }
    #expect(plateaus >= 20)
  }

  private func expectRegression(_ map: [Double], components: Int, _ what: String) {
    for index in 0..<16 {
      let (a, b) = (index / 4, index % 4)
      let entry = map[index]
      let comment: Comment = "\(what), plateau \(components): W[\(a), \(b)] = \(entry)"
      if a != b {
        #expect(abs(entry) < 0.1, comment)
      } else if a < components {
        #expect(abs(entry / usual.optimum[a] - 1) < 0.01, comment)
      } else {
        #expect(abs(entry) < 0.005, comment)
      }
    }
  }

  /// A head that follows the scalar equation from a quarter of its limit.
  @Test func headsFollowTheScalarEquation() {
    var deviations = [[Double]](repeating: [], count: 4)
    for seed in 0..<9 as Range<UInt64> {
      var normals = Normals(3000 + seed)
      var flow = PopulationFlow(
        usual, normals.separate(heads: 5, rank: 1, dimension: 4, 0.01), tolerance: 1e-6)
      var history: [(Double, [Double])] = []
      while flow.time < 30_000 {
        let time = flow.step(atMost: 20)
        history.append((time, flow.heads.values.map(abs)))
      }
      // The heads in the order in which they pass a quarter of the limits.
      let passed = (0..<5).compactMap { head in
        history.first { $0.1[head] > 0.25 * HeadGrowth(usual, component: 0).limit }
          .map { (head, $0.0) }
      }.sorted { $0.1 < $1.1 }
      for (component, (head, _)) in passed.prefix(4).enumerated() {
        let growth = HeadGrowth(usual, component: component)
        guard let first = history.firstIndex(where: { $0.1[head] > 0.25 * growth.limit })
        else { continue }
        let (start, value) = (history[first].0, history[first].1[head])
        let worst = history[first...].map {
          abs($0.1[head] - growth.value(at: $0.0 - start, start: value)) / growth.limit
        }.max()!
        deviations[component].append(worst)
      }
    }
    let found = deviations.map(median)
    #expect(found.allSatisfy { $0 < 0.05 }, "\(found)")
  }
}
