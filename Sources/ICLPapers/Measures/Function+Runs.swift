import Glibc
import ICLTraining

extension Function {
  /// Each keeps one row for each variation of the group.
  static let overRuns: [Function] = [
    Function(
      name: "mean", kind: .runs, parameters: ["value"],
      summary: "the mean over runs, with its standard error", apply: { try mean($0[0]) }),
    over("median", "the median over runs") { percentile($0, 50) },
    over("deviation", "the standard deviation over runs (n - 1)") { deviation($0) },
    over("standard-error", "the standard error of the mean over runs") {
      deviation($0) / Double($0.count).squareRoot()
    },
    over("lowest", "the smallest of all runs") { $0.min() ?? .nan },
    over("highest", "the largest of all runs") { $0.max() ?? .nan },
    over("total", "the sum over runs; of a comparison: the number of runs for which it holds") {
      $0.reduce(0, +)
    },
    over("count", "the number of runs whose value is not 0 and not infinite") { runs in
      Double(runs.count { $0 != 0 && $0.isFinite })
    },
    Function(
      name: "percentile", kind: .runs, parameters: ["value", "percent"],
      summary: "the percentile over runs, on the straight line between ranks"
    ) { values in
      let percent = try values[1].constant(for: "percentile")
      return try reduced(values[0], "percentile") { percentile($0, percent) }
    },
    Function(
      name: "trimmed-mean", kind: .runs, parameters: ["value", "runs"],
      summary: "the mean over runs without so many of the smallest and of the largest"
    ) { values in
      let cut = Int(try values[1].constant(for: "trimmed-mean"))
      return try reduced(values[0], "trimmed-mean") { runs in
        let kept = runs.sorted().dropFirst(cut).dropLast(cut)
        return kept.isEmpty ? .nan : average(Array(kept)).0
      }
    },
    Function(
      name: "each", kind: .runs, parameters: ["value"],
      summary: "the values of all runs in turn, along a new first axis"
    ) { values in
      let rows = try values[0].quantities(for: "each")
      return Value(
        Layout(values[0].layout.counts.map { _ in 1 }),
        try values[0].layout.ranges.map { try Quantity.stacked(Array(rows[$0])) })
    },
    Function(
      name: "each-variation", kind: .runs, parameters: ["value"],
      summary: "the values of all variations in turn, after a mean over the runs of each"
    ) { values in
      let means = try mean(values[0]).quantities(for: "each-variation")
      return Value(try Quantity.stacked(means))
    },
  ]

  /// Of a single run: its value, with its own error.
  static func mean(_ value: Value) throws -> Value {
    if value.layout.counts.allSatisfy({ $0 == 1 }) { return value }
    return try over("mean", "") { (runs: [Double]) -> (Double, Double?) in average(runs) }
      .apply([value])
  }

  /// A statistic of one number in all runs of a variation, with its error if it has one.
  private static func over(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Double]) -> (Double, Double?)
  ) -> Function {
    Function(name: name, kind: .runs, parameters: ["value"], summary: summary) { values in
      switch values[0].rows {
      case .quantities: return try reduced(values[0], name, body)
      case .series(let series):
        let ranges = values[0].layout.ranges
        return Value(
          Layout(ranges.map { _ in 1 }),
          try ranges.map { try joined(Array(series[$0]), name, body) })
      }
    }
  }

  private static func over(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Double]) -> Double
  ) -> Function {
    over(name, summary) { (body($0), nil) }
  }

  private static func reduced(
    _ value: Value, _ name: String, _ body: ([Double]) -> Double
  ) throws -> Value {
    try reduced(value, name) { (body($0), nil) }
  }

  static func reduced(
    _ value: Value, _ name: String, _ body: ([Double]) -> (Double, Double?)
  ) throws -> Value {
    let rows = try value.quantities(for: name)
    let ranges = value.layout.ranges
    return Value(
      Layout(ranges.map { _ in 1 }), try ranges.map { try statistic(Array(rows[$0]), name, body) })
  }

  private static func statistic(
    _ rows: [Quantity], _ name: String, _ body: ([Double]) -> (Double, Double?)
  ) throws(Failure) -> Quantity {
    guard let first = rows.first, rows.allSatisfy({ $0.shape == first.shape }) else {
      throw Failure(.badData, "\(name)() was given runs whose values have different shapes.")
    }
    let results = first.values.indices.map { place in body(rows.map { $0.values[place] }) }
    let errors = results.compactMap(\.1)
    return Quantity(
      shape: first.shape, values: results.map(\.0),
      errors: errors.count == results.count ? errors : nil)
  }

  /// At the steps of the first run, which all must have.
  private static func joined(
    _ series: [StepSeries], _ name: String, _ body: ([Double]) -> (Double, Double?)
  ) throws -> StepSeries {
    guard let first = series.first, series.allSatisfy({ $0.steps == first.steps }) else {
      throw Failure(
        .badData, "\(name)() was given runs that were recorded at different steps.",
        hint: "Reduce along the steps first: \(name)(last(series)).")
    }
    return StepSeries(
      steps: first.steps,
      points: try first.steps.indices.map { place in
        try statistic(series.map { $0.points[place] }, name, body)
      })
  }
}

private func average(_ runs: [Double]) -> (Double, Double?) {
  let mean = runs.reduce(0, +) / Double(runs.count)
  return (mean, runs.count > 1 ? deviation(runs) / Double(runs.count).squareRoot() : nil)
}

private func deviation(_ runs: [Double]) -> Double {
  let mean = runs.reduce(0, +) / Double(runs.count)
  let squares = runs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / Double(runs.count - 1)).squareRoot()
}

private func percentile(_ runs: [Double], _ percent: Double) -> Double {
  let sorted = runs.sorted()
  guard let last = sorted.last, percent.isFinite else { return .nan }
  let rank = min(max(percent, 0), 100) / 100 * Double(sorted.count - 1)
  let below = Int(rank)
  guard below + 1 < sorted.count, rank > Double(below) else {
    return below < sorted.count ? sorted[below] : last
  }
  let part = rank - Double(below)
  return sorted[below] * (1 - part) + sorted[below + 1] * part
}
