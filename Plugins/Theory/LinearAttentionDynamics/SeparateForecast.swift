/// Loss, map and heads of separate attention of rank one as theory has them from the start: drops
/// at the times of `SeparatePlateaus`, each with the closed form of `HeadGrowth`. Derived.
public struct SeparateForecast: Hashable, Sendable {
  public let population: Population
  public let plateaus: SeparatePlateaus

  public init(_ population: Population, _ plateaus: SeparatePlateaus) {
    self.population = population
    self.plateaus = plateaus
  }

  /// |v| of the head of a drop, in units of τ after the start. Before its threshold the head is on
  /// the closed form's past.
  public func value(_ drop: SeparatePlateaus.Drop, at time: Double) -> Double {
    let growth = HeadGrowth(population, component: drop.component)
    let start = min(SeparatePlateaus.threshold, 0.99 * growth.limit)
    if time >= drop.time { return growth.value(at: time - drop.time, start: start) }
    return growth.value(before: drop.time - time, end: start)
  }

  /// ω_d.
  public func diagonal(at time: Double) -> [Double] {
    var result = [Double](repeating: 0, count: population.dimension)
    for drop in plateaus.drops {
      let v = value(drop, at: time)
      result[drop.component] += v * v * v
    }
    return result
  }

  public func loss(at time: Double) -> Double { population.loss(diagonal: diagonal(at: time)) }

  /// |v| [H]; 0 for heads that learn nothing.
  public func values(at time: Double, heads: Int) -> [Double] {
    var result = [Double](repeating: 0, count: heads)
    for drop in plateaus.drops { result[drop.head] = value(drop, at: time) }
    return result
  }
}

extension HeadGrowth {
  /// v at a time before it has a value, by bisection of the closed form.
  public func value(before time: Double, end: Double) -> Double {
    var (low, high) = (0.0, end)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if self.time(from: middle, to: end) > time { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
