/// When separate attention of rank one learns which component with which head, from its actual
/// start. Derived.
///
/// While a head is small it follows τ v̇ = Σ g_d k_d q_d, τ k̇_d = v g_d q_d, τ q̇_d = v g_d k_d,
/// with g_d = 0 for what is learnt already, and blows up in finite time. The first head to exceed
/// the threshold learns its strongest component and stays; the others go on from where they are.
public struct SeparatePlateaus: Hashable, Sendable {
  public struct Drop: Hashable, Sendable {
    /// In units of τ: when |v| passed the threshold.
    public var time: Double
    public var head: Int
    public var component: Int
    /// In units of τ: when the drop of the loss is half done.
    public var middle: Double
  }

  /// In the order of time; no more than heads or components.
  public let drops: [Drop]
  /// |v| of a head below which it counts as small.
  public static let threshold = 0.5

  /// - Parameter horizon: in units of τ; later drops are left out.
  public init(_ population: Population, _ heads: Heads, horizon: Double) {
    drops = Self.drops(population, heads, horizon: horizon)
  }

  private static func drops(
    _ population: Population, _ heads: Heads, horizon: Double
  ) -> [Drop] {
    var drops: [Drop] = []
    guard let keys = heads.keys, let queries = heads.queries, heads.rank == 1 else { return [] }
    let d = population.dimension
    var states = heads.values.indices.map { head in
      [heads.values[head]] + keys[head * d..<head * d + d] + queries[head * d..<head * d + d]
    }
    var free = Set(heads.values.indices)
    var drive = population.drive
    var time = 0.0
    while !free.isEmpty, drive.contains(where: { $0 > 0 }) {
      let growths = free.sorted().map { head in
        (head, Self.growth(of: states[head], drive, from: time, until: horizon))
      }
      let crossing = growths.filter { $0.1.crosses }
      guard let (winner, growth) = crossing.min(by: { $0.1.time < $1.1.time }) else { break }
      let state = growth.state
      let component = (0..<d).filter { drive[$0] > 0 }
        .max {
          (state[1 + $0] * state[1 + d + $0]).magnitude
            < (state[1 + $1] * state[1 + d + $1]).magnitude
        }!
      drops.append(
        Drop(
          time: growth.time, head: winner, component: component,
          middle: growth.time
            + HeadGrowth(population, component: component).timeToHalfDrop(from: state[0].magnitude))
      )
      free.remove(winner)
      for head in free {
        states[head] = Self.growth(of: states[head], drive, from: time, until: growth.time).state
      }
      drive[component] = 0
      time = growth.time
    }
    return drops
  }

  private static func growth(
    of state: [Double], _ drive: [Double], from start: Double, until end: Double
  ) -> (time: Double, state: [Double], crosses: Bool) {
    let d = drive.count
    let fastest = drive.max() ?? 0
    var integrator = Integrator(state, time: start, firstStep: 0.01 / max(fastest, 1e-300)) {
      state in
      var slope = [Double](repeating: 0, count: state.count)
      for i in 0..<d {
        let (k, q) = (state[1 + i], state[1 + d + i])
        slope[0] += drive[i] * k * q
        slope[1 + i] = state[0] * drive[i] * q
        slope[1 + d + i] = state[0] * drive[i] * k
      }
      return slope
    }
    integrator.tolerance = 1e-8
    while integrator.time < end {
      let before = integrator
      integrator.take(atMost: end - integrator.time)
      guard integrator.state[0].magnitude > threshold else { continue }
      // Halve the last step until it ends at the threshold.
      var (low, high) = (0.0, integrator.time - before.time)
      var found = integrator
      for _ in 0..<40 {
        let middle = (low + high) / 2
        var trial = before
        trial.take(atMost: middle)
        if trial.state[0].magnitude > threshold {
          (found, high) = (trial, middle)
        } else {
          low = middle
        }
      }
      return (found.time, found.state, true)
    }
    return (integrator.time, integrator.state, false)
  }
}

extension HeadGrowth {
  /// From |v| to where (1 - ω/μ)² = ½ with ω = v³, half of the drop of the loss; 0 beyond it.
  func timeToHalfDrop(from start: Double) -> Double {
    let middle = cubeRoot(1 - 0.5.squareRoot()) * limit
    return start < middle ? time(from: start, to: middle) : 0
  }
}
