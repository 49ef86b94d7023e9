/// Gradient flow of all output-relevant weights on the population, by numerical integration:
///     merged:    τ v̇ = ⟨U, Γ⟩,  τ U̇ = v Γ
///     separate:  τ v̇ = Σ_r k_rᵀ Γ q_r,  τ k̇_r = v Γ q_r,  τ q̇_r = v Γᵀ k_r
/// What closed forms and reductions are held against.
public struct PopulationFlow {
  public let population: Population
  private let rank: Int
  private let count: Int
  private var integrator: Integrator

  public init(_ population: Population, _ heads: Heads, tolerance: Double = 1e-9) {
    self.population = population
    rank = heads.rank
    count = heads.values.count
    let (rank, count) = (rank, count)
    integrator = Integrator(Self.state(heads), firstStep: 0.01 / population.driveNorm) { state in
      Self.slope(population, rank, count, state)
    }
    integrator.tolerance = tolerance
  }

  public mutating func advance(to time: Double) { integrator.advance(to: time) }

  /// One step of the integrator, and the time after it.
  public mutating func step(atMost limit: Double) -> Double {
    integrator.take(atMost: limit)
    return integrator.time
  }

  public var time: Double { integrator.time }
  public var heads: Heads { Self.heads(integrator.state, rank, count, population.dimension) }
  public var loss: Double { population.loss(map: heads.map(dimension: population.dimension)) }

  private static func heads(_ state: [Double], _ rank: Int, _ count: Int, _ d: Int) -> Heads {
    let values = Array(state[..<count])
    guard rank > 0 else { return Heads(values: values, maps: Array(state[count...])) }
    let size = count * rank * d
    return Heads(
      values: values, keys: Array(state[count..<count + size]),
      queries: Array(state[(count + size)...]), rank: rank, dimension: d)
  }

  /// The right-hand side for heads, as they stand.
  static func slope(_ population: Population, _ heads: Heads) -> [Double] {
    slope(population, heads.rank, heads.values.count, state(heads))
  }

  private static func state(_ heads: Heads) -> [Double] {
    heads.values + (heads.keys.map { $0 + heads.queries! } ?? heads.maps)
  }

  private static func slope(
    _ population: Population, _ rank: Int, _ count: Int, _ state: [Double]
  ) -> [Double] {
    let d = population.dimension
    let force = population.force(map: heads(state, rank, count, d).map(dimension: d))
    var slope = [Double](repeating: 0, count: state.count)
    for head in 0..<count {
      let v = state[head]
      guard rank > 0 else {
        let start = count + head * d * d
        slope[head] = dot(state, start, force, 0, d * d)
        for index in 0..<d * d { slope[start + index] = v * force[index] }
        continue
      }
      for r in 0..<rank {
        let k = count + (head * rank + r) * d
        let q = k + count * rank * d
        for a in 0..<d {
          for b in 0..<d {
            let entry = force[a * d + b]
            slope[head] += state[k + a] * entry * state[q + b]
            slope[k + a] += v * entry * state[q + b]
            slope[q + b] += v * entry * state[k + a]
          }
        }
      }
    }
    return slope
  }
}
