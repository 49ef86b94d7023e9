import ICLKit

/// A step along a direction that meets the strong Wolfe conditions
///
///     f(t) ≤ f(0) + 10⁻⁴ t f′(0),   |f′(t)| ≤ 0.9 |f′(0)|
/// by bracketing and cubic interpolation (Nocedal and Wright, algorithms 3.5 and 3.6).
struct LineSearch {
  private let objective: Objective
  private let start: Point
  private let direction: [Double]
  private let slope: Double
  private static let mostEvaluations = 40

  init(_ objective: Objective, from start: Point, along direction: [Double]) {
    self.objective = objective
    self.start = start
    self.direction = direction
    slope = product(start.gradient, direction)
  }

  private struct Trial {
    var t: Double
    var point: Point
    var slope: Double
  }

  /// nil where no step is better than none.
  func run() throws -> Point? {
    var low = Trial(t: 0, point: start, slope: slope)
    var high: Trial?
    var t = 1.0
    var best: Point?
    for _ in 0..<Self.mostEvaluations {
      let trial = try trial(t)
      let isLower =
        trial.point.isFinite && trial.point.loss <= start.loss + 1e-4 * t * slope
        && (low.t == 0 || trial.point.loss < low.point.loss)
      if isLower {
        if best.map({ trial.point.loss < $0.loss }) ?? true { best = trial.point }
        if trial.slope.magnitude <= 0.9 * slope.magnitude { return trial.point }
        if let end = high, trial.slope * (end.t - low.t) >= 0 {
          high = low
        } else if high == nil, trial.slope >= 0 {
          high = low
        }
        low = trial
      } else {
        high = trial
      }
      guard let end = high else {
        t *= 2
        continue
      }
      if (end.t - low.t).magnitude <= 1e-12 * max(low.t, end.t) { break }
      t = inside(low, end)
    }
    return best
  }

  private func trial(_ t: Double) throws -> Trial {
    let place = start.place.indices.map { start.place[$0] + t * direction[$0] }
    let point = try Point(at: place, objective)
    return Trial(t: t, point: point, slope: product(point.gradient, direction))
  }

  /// The minimum of the cubic through both, kept away from the ends; the middle where there is none.
  private func inside(_ a: Trial, _ b: Trial) -> Double {
    let middle = (a.t + b.t) / 2
    guard b.point.isFinite else { return a.t + 0.1 * (b.t - a.t) }
    let first = a.slope + b.slope - 3 * (a.point.loss - b.point.loss) / (a.t - b.t)
    let square = first * first - a.slope * b.slope
    guard square >= 0 else { return middle }
    let second = (b.t > a.t ? 1.0 : -1.0) * square.squareRoot()
    let t = b.t - (b.t - a.t) * (b.slope + second - first) / (b.slope - a.slope + 2 * second)
    guard t.isFinite else { return middle }
    let margin = 0.1 * (b.t - a.t).magnitude
    return min(max(t, min(a.t, b.t) + margin), max(a.t, b.t) - margin)
  }
}
