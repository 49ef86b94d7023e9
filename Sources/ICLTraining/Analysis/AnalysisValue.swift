import ICLRecords

/// A value of an analysis at a step of a run, and how a line of metrics.jsonl says it.
struct AnalysisValue {
  var name: String
  var values: [Double]
  var shape: [Int]
  var errors: [Double]?
  var axes: [String]

  init(_ name: String, _ value: Double, error: Double? = nil) {
    self.name = name
    (values, shape, axes) = ([value], [], [])
    errors = error.map { [$0] }
  }

  init(_ name: String, _ values: [Double], _ shape: [Int]? = nil, axes: [String]) {
    self.name = name
    self.values = values
    self.shape = shape ?? [values.count]
    self.axes = axes
  }

  private func json(of metric: String) -> JSON {
    [
      "metric": .text(metric), "name": .text(name), "axes": .array(axes.map { .text($0) }),
      "first_index": 0, "shape": .array(shape.map { .integer($0) }), "values": .reals(values),
      "standard_errors": errors.map { .reals($0) } ?? nil,
    ]
  }

  /// A line: the values of one step.
  ///
  /// - Parameter series: what the names of its series begin with, as evaluations do.
  static func line(step: Int, series: String, metric: String, _ values: [AnalysisValue]) -> JSON {
    [
      "kind": "evaluation", "step": .integer(step), "name": .text(series),
      "values": .array(values.map { $0.json(of: metric) }),
    ]
  }
}
