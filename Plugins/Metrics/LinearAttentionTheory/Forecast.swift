import LinearAttentionDynamics

/// What theory says about a run from its start, kept between evaluations.
///
/// Merged attention: the reduction to D + 1 numbers. Separate of rank one: drops in closed form.
/// Separate of higher rank: gradient flow of all weights.
final class Forecast {
  enum Course {
    case merged(MergedReduction)
    case rankOne(SeparateForecast)
    case flow(PopulationFlow)
  }

  let population: Population
  let start: Heads
  let clock: Clock
  private let origin: Course
  private var course: Course

  /// - Parameter steps: of the run; later drops are not looked for.
  init(_ population: Population, _ start: Heads, _ clock: Clock, steps: Int) {
    self.population = population
    self.start = start
    self.clock = clock
    if start.isMerged {
      origin = .merged(
        MergedReduction(
          population,
          start: MergedReduction.effectiveStart(
            population, values: start.values, maps: start.maps)))
    } else if start.rank == 1 {
      origin = .rankOne(
        SeparateForecast(
          population,
          SeparatePlateaus(population, start, horizon: 2 * clock.time(atStep: Double(steps)))))
    } else {
      origin = .flow(PopulationFlow(population, start, tolerance: 1e-7))
    }
    course = origin
  }

  /// The diagonal of W, ω_d.
  func diagonal(atStep step: Int) -> [Double] {
    let time = clock.time(atStep: Double(step))
    switch course {
    case .merged(var reduction):
      if reduction.time > time, case .merged(let first) = origin { reduction = first }
      reduction.advance(to: time)
      course = .merged(reduction)
      return reduction.diagonal
    case .rankOne(let forecast): return forecast.diagonal(at: time)
    case .flow(var flow):
      if flow.time > time, case .flow(let first) = origin { flow = first }
      flow.advance(to: time)
      course = .flow(flow)
      let d = population.dimension
      let map = flow.heads.map(dimension: d)
      return (0..<d).map { map[$0 * d + $0] }
    }
  }

  /// The loss after `diagonal` was asked for this step.
  func loss(_ diagonal: [Double]) -> Double {
    if case .flow(let flow) = course { return flow.loss }
    return population.loss(diagonal: diagonal)
  }

  /// |v| of each head; nil where theory does not say.
  func headValues(atStep step: Int) -> [Double]? {
    switch course {
    case .merged: return nil
    case .rankOne(let forecast):
      return forecast.values(at: clock.time(atStep: Double(step)), heads: start.values.count)
    case .flow(let flow): return flow.heads.values.map(\.magnitude)
    }
  }

  /// Steps at which the drops of the loss are half done; nil where theory has no closed form.
  var dropSteps: [Double]? {
    guard case .rankOne(let forecast) = origin else { return nil }
    return forecast.plateaus.drops.map { clock.step(atTime: $0.middle) }
  }
}
