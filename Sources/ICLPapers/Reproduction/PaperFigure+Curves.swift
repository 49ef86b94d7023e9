import ICLReports
import ICLTraining

extension PaperFigure.Curve {
  /// A line for each run, or one for all, and for each element of what is no scalar.
  func marks(_ reader: ValueReader) throws -> [Mark] {
    var value = try reader.value(of: formula)
    var plans = try reader.plans(of: formula)
    switch runs {
    case .each: break
    case .mean, .median:
      let starts = value.layout.ranges.map(\.lowerBound)
      if plans.count == value.layout.rows { plans = starts.map { plans[$0] } }
      guard let statistic = Function.all[runs.rawValue] else { return [] }
      value = try statistic.apply([value])
    }
    if plans.count != value.layout.rows { plans = [] }
    let against = try against.map { try reader.value(of: $0) }
    let pairs = try against.map { try value.paired(with: $0).1 }
    var marks: [Mark] = []
    for row in 0..<value.layout.rows {
      let plan = plans.isEmpty ? nil : plans[row]
      let place = pairs?[row].1 ?? 0
      switch (value.rows, against?.rows) {
      case (.series(let rows), .series(let x)):
        let (series, x) = try Self.matched(rows[row], x[place])
        marks += lines(series, x: x, plan)
      case (.series(let rows), nil):
        marks += lines(rows[row], x: rows[row].steps.map(Double.init), plan)
      case (.quantities(let rows), .quantities(let x)):
        marks += try [points(rows[row], x: x[place].values, plan)]
      case (.quantities(let rows), nil):
        let y = rows[row]
        marks += try [points(y, x: y.values.indices.map(Double.init), plan)]
      default:
        throw formula.place.locating(
          Failure(
            .configuration, "a series is drawn against a series, and numbers against numbers."))
      }
    }
    return marks
  }

  /// At the steps that both have.
  private static func matched(
    _ y: StepSeries, _ x: StepSeries
  ) throws -> (StepSeries, [Double]) {
    let places = Dictionary(zip(x.steps, x.points)) { _, last in last }
    let kept = y.steps.indices.filter { places[y.steps[$0]] != nil }
    return (
      StepSeries(steps: kept.map { y.steps[$0] }, points: kept.map { y.points[$0] }),
      kept.compactMap { places[y.steps[$0]]?.values.first }
    )
  }

  private func lines(_ series: StepSeries, x: [Double], _ plan: PlannedRun?) -> [Mark] {
    guard let first = series.points.first else { return [] }
    return first.values.indices.map { place in
      let errors = series.points.compactMap { $0.errors?[place] }
      return mark(
        name(plan, place: first.values.count > 1 ? place : nil), x: x,
        y: series.points.map { $0.values[place] },
        errors: errors.count == x.count && runs == .mean ? errors : nil)
    }
  }

  private func points(_ y: Quantity, x: [Double], _ plan: PlannedRun?) throws -> Mark {
    guard x.count == y.values.count else {
      throw formula.place.locating(
        Failure(.configuration, "\(y.values.count) numbers against \(x.count)."))
    }
    return mark(name(plan, place: nil), x: x, y: y.values, errors: y.errors)
  }

  private func mark(_ name: String, x: [Double], y: [Double], errors: [Double]?) -> Mark {
    if style == .points {
      return .points(ICLReports.Points(name, x: x, y: y, standardErrors: errors))
    }
    return .line(
      ICLReports.Line(
        name, x: x, y: y, standardErrors: errors,
        kind: isTheory || style == .dashed ? .theory : .measured))
  }

  private func name(_ plan: PlannedRun?, place: Int?) -> String {
    var text = label.isEmpty ? formula.text : label
    text = text.replacing("{seed}", with: plan.map { "\($0.seed)" } ?? "")
    text = text.replacing("{variation}", with: plan?.variationText ?? "")
    for setting in plan?.settings.reversed() ?? [] {
      text = text.replacing("{\(setting.key)}", with: setting.value)
    }
    if let place {
      if label.isEmpty { return "\(text)[\(place)]" }
      text = text.replacing("{place}", with: "\(place)")
      text = text.replacing("{number}", with: "\(place + 1)")
    }
    return text
  }
}

extension String {
  fileprivate func replacing(_ word: String, with other: String) -> String {
    var result = ""
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(word) {
        result += other
        rest = rest.dropFirst(word.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
