import ICLTraining

/// For each variation of a group of runs, how many rows of a value belong to it.
public struct Layout: Hashable, Sendable {
  public var counts: [Int]

  public init(_ counts: [Int]) { self.counts = counts }

  /// What does not depend on a run.
  public static let one = Layout([1])

  var rows: Int { counts.reduce(0, +) }

  /// The rows of each variation.
  var ranges: [Range<Int>] {
    var start = 0
    return counts.map { count in
      defer { start += count }
      return start..<(start + count)
    }
  }

  /// The layout of values computed from both: equal ones go row by row; one row for each variation
  /// goes with all rows of that variation; a single row with all.
  func joined(with other: Layout) -> Layout? {
    if self == other || other == .one { return self }
    if self == .one { return other }
    guard counts.count == other.counts.count else { return nil }
    if other.counts.allSatisfy({ $0 == 1 }) { return self }
    return counts.allSatisfy { $0 == 1 } ? other : nil
  }

  /// The own row that goes with each row of a joined layout.
  func rows(in joined: Layout) -> [Int] {
    if self == joined { return Array(0..<rows) }
    if self == .one { return [Int](repeating: 0, count: joined.rows) }
    return joined.counts.indices.flatMap { [Int](repeating: $0, count: joined.counts[$0]) }
  }
}

/// Numbers along optimizer steps.
public struct StepSeries: Hashable, Sendable {
  public var steps: [Int]
  public var points: [Quantity]

  public init(steps: [Int], points: [Quantity]) {
    precondition(steps.count == points.count, "each step has its point")
    self.steps = steps
    self.points = points
  }

  func map(_ body: (Quantity) throws -> Quantity) rethrows -> StepSeries {
    StepSeries(steps: steps, points: try points.map(body))
  }
}

/// What an expression yields: numbers, or numbers along steps, for each run.
public struct Value: Sendable {
  public enum Rows: Sendable {
    case quantities([Quantity])
    case series([StepSeries])
  }

  public var layout: Layout
  public var rows: Rows

  public init(_ layout: Layout, _ quantities: [Quantity]) {
    self.layout = layout
    rows = .quantities(quantities)
  }

  public init(_ layout: Layout, _ series: [StepSeries]) {
    self.layout = layout
    rows = .series(series)
  }

  public init(_ quantity: Quantity) { self.init(.one, [quantity]) }
}

extension Value {
  /// The function of each run's numbers, at each step.
  func map(_ body: (Quantity) throws -> Quantity) rethrows -> Value {
    switch rows {
    case .quantities(let rows): Value(layout, try rows.map(body))
    case .series(let rows): Value(layout, try rows.map { try $0.map(body) })
    }
  }

  func combined(
    with other: Value, _ body: (Quantity, Quantity) throws -> Quantity
  ) throws -> Value {
    let (layout, pairs) = try paired(with: other)
    switch (rows, other.rows) {
    case (.quantities(let a), .quantities(let b)):
      return Value(layout, try pairs.map { try body(a[$0], b[$1]) })
    case (.series(let a), .quantities(let b)):
      return Value(layout, try pairs.map { i, j in try a[i].map { try body($0, b[j]) } })
    case (.quantities(let a), .series(let b)):
      return Value(layout, try pairs.map { i, j in try b[j].map { try body(a[i], $0) } })
    case (.series(let a), .series(let b)):
      return Value(layout, try pairs.map { try a[$0].combined(with: b[$1], body) })
    }
  }

  func paired(with other: Value) throws(Failure) -> (Layout, [(Int, Int)]) {
    guard let joined = layout.joined(with: other.layout) else {
      throw Failure(
        .configuration,
        "values of \(layout.text) and of \(other.layout.text) do not go together.",
        hint: "Reduce one of them over its runs first, such as with mean().")
    }
    return (joined, Array(zip(layout.rows(in: joined), other.layout.rows(in: joined))))
  }
}

extension StepSeries {
  /// At the steps that both have.
  func combined(
    with other: StepSeries, _ body: (Quantity, Quantity) throws -> Quantity
  ) throws -> StepSeries {
    if steps == other.steps {
      return StepSeries(steps: steps, points: try zip(points, other.points).map(body))
    }
    let places = Dictionary(zip(other.steps, other.points)) { _, last in last }
    var result = StepSeries(steps: [], points: [])
    for (step, point) in zip(steps, points) {
      guard let partner = places[step] else { continue }
      result.steps.append(step)
      result.points.append(try body(point, partner))
    }
    guard !result.steps.isEmpty else {
      throw Failure(
        .configuration, "two series have no step in common.",
        hint: "Give their evaluations the same schedule.")
    }
    return result
  }
}

extension Layout {
  var text: String {
    if self == .one { return "one run" }
    let runs = Set(counts).count == 1 ? "\(counts[0])" : "\(counts)"
    return counts.count == 1 ? "\(runs) runs" : "\(counts.count) variations of \(runs) runs"
  }
}
