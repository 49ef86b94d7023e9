import ICLTraining
import LinearAttentionDynamics
import Testing

/// How the start decides when the drops come.
@Suite struct InitialisationTests {
  /// The step at which the loss crosses .82, for 40 starts of the program (rate .02, scale .01, no
  /// 1/N): medians 445 for convention A, 709 for B, 2859 for C.
  ///
  /// The spread over starts is about 1.4 (10 to 90 %), so that the median of 40 is within 15 %.
  @Test(arguments: [("A", 445.0), ("B", 709), ("C", 2859)])
  func conventions(_ convention: String, _ expected: Double) throws {
    let steps = try (0..<40 as Range<UInt64>).map { seed in
      let descent = try Descent(
        task: FirstParty.population(),
        model: FirstParty.model(
          "linear-attention",
          [
            "heads": "5", "parametrization": "separate", "initial-scale": "0.01",
            "initialization": convention, "scale": "none",
          ]), prompts: 64, seed: seed)
      var step = 0
      repeat {
        try descent.step(rate: 0.02)
        step += 1
      } while descent.loss > 0.82 && step < 20_000
      return Double(step)
    }
    let found = median(steps)
    #expect(abs(found / expected - 1) < 0.15, "\(found)")
  }

  private func crossings(_ heads: Heads, _ levels: [Double], horizon: Double) -> [Double] {
    var flow = PopulationFlow(usual, heads, tolerance: 1e-6)
    var times: [Double] = []
    while flow.time < horizon, times.count < levels.count {
      let time = flow.step(atMost: min(horizon - flow.time, horizon / 1000))
      let loss = flow.loss
      while times.count < levels.count, loss < levels[times.count] { times.append(time) }
    }
    return times + [Double](repeating: .infinity, count: levels.count - times.count)
  }

  /// Median times of the drops over starts of this scale, in τ. The published sweep is one sample of
  /// starts; so is this one.
  @Test(arguments: [
    (0.03, [196.0, 377, 899]), (0.1, [54, 103, 224]), (0.3, [12, 30, 79]),
  ])
  func separateWaitsLikeOneOverTheStart(_ scale: Double, _ expected: [Double]) {
    let levels = usual.plateauLosses
    let middles = (0..<3).map { (levels[$0] + levels[$0 + 1]) / 2 }
    let all = (0..<41 as Range<UInt64>).map { seed in
      var normals = Normals(5000 + seed)
      return crossings(
        normals.separate(heads: 5, rank: 1, dimension: 4, scale), middles, horizon: 300 / scale)
    }
    for (drop, time) in expected.enumerated() {
      let found = median(all.map { $0[drop] })
      #expect((0.7...1.43).contains(found / time), "drop \(drop + 1): \(found), expected \(time)")
    }
  }

  @Test(arguments: [(1e-6, 73.95), (1e-4, 49.25), (1e-2, 24.55), (0.1, 12.4), (0.3, 7.05)])
  func mergedWaitsLikeTheLogarithm(_ scale: Double, _ expected: Double) {
    let times = (0..<21 as Range<UInt64>).map { seed in
      var normals = Normals(7000 + seed)
      return crossings(
        normals.merged(heads: 8, dimension: 4, scale), [0.568], horizon: 200)[0]
    }
    // Starts differ by about 1.5 τ.
    #expect(abs(median(times) - expected) < 1.5, "\(median(times))")
  }

  /// In eight dimensions heads of rank R learn R components one after another at once: the time from
  /// the first drop to the R-th is short, that to the next is not.
  @Test(arguments: [1, 2, 4])
  func componentsComeInGroupsOfTheRank(_ rank: Int) {
    let population = Population(
      eigenvalues: (1...8).reversed().map { Double($0) / 36 }, contextLength: 31)
    let levels = population.plateauLosses
    let middles = (0..<5).map { (levels[$0] + levels[$0 + 1]) / 2 }
    var normals = Normals(UInt64(11 + rank))
    var flow = PopulationFlow(
      population,
      normals.separate(heads: 9, rank: rank, dimension: 8, 0.01 / Double(rank).squareRoot()),
      tolerance: 1e-5)
    var times: [Double] = []
    while times.count <= rank, flow.time < 50_000 {
      let time = flow.step(atMost: 20)
      while times.count <= rank, flow.loss < middles[times.count] { times.append(time) }
    }
    #expect(times.count == rank + 1)
    #expect(times[rank - 1] < 1.4 * times[0], "\(times)")
    #expect(times[rank] > 1.15 * times[rank - 1], "\(times)")
  }
}
