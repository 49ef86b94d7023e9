import Glibc
import ICLTraining

extension StepSeries {
  var stepsText: String {
    steps.count < 5
      ? "the steps \(steps.map { "\($0)" }.joined(separator: ", "))"
      : "\(steps.count) steps from \(steps[0]) to \(steps[steps.count - 1])"
  }

  /// The value at each of several steps: one axis more, unless it is a single step.
  func values(
    at steps: Quantity, _ body: (Double) throws -> Quantity
  ) throws -> Quantity {
    if steps.shape.isEmpty { return try body(steps.values[0]) }
    return try Quantity.stacked(try steps.values.map(body))
  }

  func point(at step: Double) throws(Failure) -> Quantity {
    guard let place = steps.firstIndex(where: { Double($0) == step }) else {
      let near = step.isFinite ? "; the nearest is \(steps[place(near: step)])" : ""
      throw Failure(
        .badData, "the series has no value at step \(text(step)): it has \(stepsText)\(near).",
        hint: "Record that step, or use near() or interpolated().")
    }
    return points[place]
  }

  func place(near step: Double) -> Int {
    steps.indices.min { abs(Double(steps[$0]) - step) < abs(Double(steps[$1]) - step) } ?? 0
  }

  func interpolated(_ step: Double) throws -> Quantity {
    guard let after = steps.firstIndex(where: { Double($0) >= step }),
      after > 0 || Double(steps[0]) == step
    else {
      throw Failure(.badData, "step \(text(step)) is outside of the series: it has \(stepsText).")
    }
    if Double(steps[after]) == step { return points[after] }
    let (left, right) = (Double(steps[after - 1]), Double(steps[after]))
    let part = (step - left) / (right - left)
    return try points[after - 1].combined(with: points[after]) { $0 * (1 - part) + $1 * part }
  }

  /// Σ_j g(i - j) v_j / Σ_j g(i - j) at each place i, with g(d) = exp(-d²/2σ²) and σ = `width`; the ends
  /// have fewer neighbours. Without errors: those of neighbours are no longer independent.
  func smoothed(_ width: Double) -> StepSeries {
    let reach = Int((4 * width).rounded(.up))
    let smooth = points.indices.map { place in
      var sum = points[place]
      sum.errors = nil
      for element in sum.values.indices { sum.values[element] = 0 }
      var total = 0.0
      for other in max(0, place - reach)...min(points.count - 1, place + reach) {
        let distance = Double(other - place) / width
        let weight = exp(-distance * distance / 2)
        total += weight
        for element in sum.values.indices {
          sum.values[element] += weight * points[other].values[element]
        }
      }
      for element in sum.values.indices { sum.values[element] /= total }
      return sum
    }
    return StepSeries(steps: steps, points: smooth)
  }

  /// Place by place: the best value along the run, with its error, and the first step that has it.
  func extreme(
    _ isBetter: (Double, Double) -> Bool
  ) -> (value: Quantity, step: Quantity) {
    var value = points[0]
    var step = value
    step.errors = nil
    for place in value.values.indices { step.values[place] = Double(steps[0]) }
    for (number, point) in zip(steps, points) {
      for place in value.values.indices where isBetter(point.values[place], value.values[place]) {
        value.values[place] = point.values[place]
        step.values[place] = Double(number)
        if let errors = point.errors { value.errors?[place] = errors[place] }
      }
    }
    return (value, step)
  }

  var average: Quantity {
    var sum = points[0]
    for point in points.dropFirst() {
      for place in sum.values.indices { sum.values[place] += point.values[place] }
    }
    sum.errors = nil
    return sum.map { $0 / Double(points.count) }
  }

  /// A function of a scalar series and each of several levels, or of each place of a series and one
  /// level.
  func lifted(
    _ levels: Quantity, _ name: String, _ body: ([Double], Double) -> Double
  ) throws(Failure) -> Quantity {
    let shape = points[0].shape
    let column = { (place: Int) in points.map { $0.values[place] } }
    if points[0].values.count == 1 {
      return Quantity(
        shape: levels.shape, values: levels.values.map { body(column(0), $0) })
    }
    guard levels.values.count == 1 || levels.shape == shape else {
      throw Failure(
        .configuration,
        "\(name)() was given \(levels.values.count) levels for a series of shape \(shape).",
        hint: "Give one level, or one for each of its values.")
    }
    let values = points[0].values.indices.map {
      body(column($0), levels.values.count == 1 ? levels.values[0] : levels.values[$0])
    }
    return Quantity(shape: shape, values: values)
  }

  func crossing(of column: [Double], _ level: Double, which: Int) -> Double {
    var left = which
    var side = column[0] - level
    if side == 0 {
      left -= 1
      if left == 0 { return Double(steps[0]) }
    }
    for place in column.indices.dropFirst() {
      let next = column[place] - level
      defer { if next != 0 { side = next } }
      guard side != 0, next * side < 0 || next == 0 else { continue }
      if next == 0, column[place - 1] == level { continue }
      left -= 1
      if left == 0 {
        let before = column[place - 1] - level
        let part = before / (before - next)
        return Double(steps[place - 1]) + part * Double(steps[place] - steps[place - 1])
      }
    }
    return .infinity
  }

  func stay(of column: [Double], _ low: Double, _ high: Double) -> Double {
    column.indices.dropFirst().reduce(0) { sum, place in
      let (start, end) = (column[place - 1], column[place])
      let length = Double(steps[place] - steps[place - 1])
      guard start != end else { return sum + (low <= start && start <= high ? length : 0) }
      // Parts of the way at which the line enters and leaves.
      let (a, b) = ((low - start) / (end - start), (high - start) / (end - start))
      return sum + length * max(0, min(1, max(a, b)) - max(0, min(a, b)))
    }
  }

  private func text(_ step: Double) -> String { Int(exactly: step).map { "\($0)" } ?? "\(step)" }
}
