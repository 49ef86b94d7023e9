/// Runge-Kutta of order 5 with the step size from its embedded order 4 (Dormand and Prince 1980).
struct Integrator {
  var time: Double
  var state: [Double]
  var tolerance = 1e-11
  private var step: Double
  private let slope: (_ state: [Double]) -> [Double]

  /// - Parameter slope: of an autonomous system.
  init(
    _ state: [Double], time: Double = 0, firstStep: Double,
    slope: @escaping (_ state: [Double]) -> [Double]
  ) {
    self.state = state
    self.time = time
    step = firstStep
    self.slope = slope
  }

  /// To a later time.
  mutating func advance(to end: Double) {
    while time < end { take(atMost: end - time) }
  }

  /// One accepted step, no longer than the limit. A step that no longer moves the clock ends it.
  mutating func take(atMost limit: Double = .infinity) {
    while true {
      let size = min(step, limit)
      let (next, error) = attempt(size)
      let isTiny = time + size == time
      if error <= 1 || isTiny {
        time = size == limit ? time + limit : time + size
        state = next
        let growth = error > 0 ? 0.9 * power(error, -0.2) : 5
        if size == step || growth < 1 { step = size * min(5, max(0.2, growth)) }
        return
      }
      step = size * max(0.1, error.isFinite ? 0.9 * power(error, -0.2) : 0.1)
    }
  }

  private func attempt(_ h: Double) -> (next: [Double], error: Double) {
    var slopes: [[Double]] = [slope(state)]
    for row in Self.stages {
      var inner = state
      for (weight, k) in zip(row, slopes) where weight != 0 {
        for i in inner.indices { inner[i] += h * weight * k[i] }
      }
      slopes.append(slope(inner))
    }
    var next = state
    var worst = 0.0
    for i in state.indices {
      var (move, difference) = (0.0, 0.0)
      for (k, (fifth, fourth)) in zip(slopes, zip(Self.fifth, Self.fourth)) {
        move += fifth * k[i]
        difference += (fifth - fourth) * k[i]
      }
      next[i] += h * move
      let size = max(state[i].magnitude, next[i].magnitude, 1e-12)
      worst = max(worst, (h * difference).magnitude / (tolerance * size))
    }
    return (next, worst.isNaN ? .infinity : worst)
  }

  private static let stages: [[Double]] = [
    [1.0 / 5], [3.0 / 40, 9.0 / 40], [44.0 / 45, -56.0 / 15, 32.0 / 9],
    [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
    [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
    [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
  ]
  private static let fifth = [
    35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0,
  ]
  private static let fourth = [
    5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40,
  ]
}
