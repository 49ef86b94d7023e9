/// Gradient flow of all weights from an actual start, watched along the way: what reductions and
/// forecasts are held against.
public struct FlowTrace: Sendable {
  /// When the loss first goes through each level, in units of τ; infinite if it never does.
  public private(set) var crossings: [Double]
  /// The largest change of what gradient flow conserves.
  public private(set) var drift = 0.0
  /// By component: the largest distance of |v| of the head that learns it from `HeadGrowth` started
  /// at a quarter of its limit v*, over v*; infinite where no head does. Rank one only.
  public private(set) var headDeviations: [Double]
  /// At the end.
  public private(set) var loss: Double

  /// - Parameters:
  ///   - levels: losses, each below the one before.
  ///   - horizon: where it ends, in units of τ.
  public init(_ population: Population, _ start: Heads, levels: [Double], horizon: Double) {
    let d = population.dimension
    var flow = PopulationFlow(population, start, tolerance: 1e-9)
    let conserved = start.conserved(dimension: d)
    crossings = levels.map { _ in .infinity }
    headDeviations = population.eigenvalues.map { _ in .infinity }
    loss = flow.loss
    var next = levels.firstIndex { $0 < flow.loss } ?? levels.count
    for passed in 0..<next { crossings[passed] = 0 }
    var values: [(time: Double, values: [Double])] = [(0, start.values)]
    while flow.time < horizon {
      let before = flow
      let time = flow.step(atMost: horizon - flow.time)
      loss = flow.loss
      while next < levels.count, loss < levels[next] {
        crossings[next] = Self.crossing(levels[next], from: before, to: time)
        next += 1
      }
      let heads = flow.heads
      values.append((time, heads.values.map(\.magnitude)))
      for (now, first) in zip(heads.conserved(dimension: d), conserved) {
        drift = max(drift, (now - first).magnitude)
      }
    }
    guard start.rank == 1 else { return }
    noteDeviations(population, flow.heads, values)
  }

  private static func crossing(
    _ level: Double, from before: PopulationFlow, to end: Double
  ) -> Double {
    var (low, high) = (before.time, end)
    for _ in 0..<45 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      var trial = before
      trial.advance(to: middle)
      if trial.loss < level { high = middle } else { low = middle }
    }
    return high
  }

  private mutating func noteDeviations(
    _ population: Population, _ heads: Heads, _ trace: [(time: Double, values: [Double])]
  ) {
    guard let keys = heads.keys, let queries = heads.queries else { return }
    let d = population.dimension
    for head in heads.values.indices {
      let component = (0..<d).max {
        (keys[head * d + $0] * queries[head * d + $0]).magnitude
          < (keys[head * d + $1] * queries[head * d + $1]).magnitude
      }!
      let growth = HeadGrowth(population, component: component)
      let begin = growth.limit / 4
      guard heads.values[head].magnitude > growth.limit / 2,
        let after = trace.indices.dropFirst().last(where: {
          trace[$0 - 1].values[head] < begin && trace[$0].values[head] >= begin
        })
      else { continue }
      let (low, high) = (trace[after - 1], trace[after])
      let share = (begin - low.values[head]) / (high.values[head] - low.values[head])
      let start = low.time + share * (high.time - low.time)
      let worst = trace[after...].reduce(0) { worst, point in
        let expected = growth.value(at: point.time - start, start: begin)
        return max(worst, (point.values[head] - expected).magnitude / growth.limit)
      }
      // Of several heads on one component, the one that fits worse counts.
      let old = headDeviations[component]
      headDeviations[component] = old.isFinite ? max(old, worst) : worst
    }
  }
}
