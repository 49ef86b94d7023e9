import ICLTraining

/// A function that formulas may call.
struct Function: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case steps = "along steps"
    case runs = "over runs"
    case elements = "over elements"
    case numbers = "number by number"
  }

  var name: String
  var kind: Kind
  /// As a user writes them: "series, step".
  var parameters: [String]
  /// How many of the last parameters may be left out.
  var optional = 0
  /// One sentence.
  var summary: String
  var apply: @Sendable ([Value]) throws -> Value

  static let all: [String: Function] = Dictionary(
    uniqueKeysWithValues: (alongSteps + overRuns + overElements + numberByNumber + special)
      .map { ($0.name, $0) })

  var accepts: ClosedRange<Int> { (parameters.count - optional)...parameters.count }
}

extension Value {
  /// The series of each run, or an error that names the function that wanted them.
  func series(for function: String) throws(Failure) -> [StepSeries] {
    guard case .series(let series) = rows else {
      throw Failure(
        .configuration, "\(function)() wants a series along steps, and this is a number.")
    }
    guard series.allSatisfy({ !$0.steps.isEmpty }) else {
      throw Failure(.badData, "\(function)() was given a series without a step.")
    }
    return series
  }

  func quantities(for function: String) throws(Failure) -> [Quantity] {
    guard case .quantities(let quantities) = rows else {
      throw Failure(
        .configuration, "\(function)() wants numbers, and this is a series along steps.",
        hint: "Say where along it: at(series, step), last(series), minimum(series).")
    }
    return quantities
  }

  /// One number that does not depend on the run.
  func constant(for function: String) throws(Failure) -> Double {
    let rows = try quantities(for: function)
    guard rows.count == 1, rows[0].values.count == 1 else {
      throw Failure(.configuration, "\(function)() wants a single number here.")
    }
    return rows[0].values[0]
  }

  /// A function of a series and of numbers that go with it, run by run.
  func reducing(
    with other: Value, _ name: String, _ body: (StepSeries, Quantity) throws -> Quantity
  ) throws -> Value {
    let series = try series(for: name)
    let numbers = try other.quantities(for: name)
    let (layout, pairs) = try paired(with: other)
    return Value(layout, try pairs.map { try body(series[$0], numbers[$1]) })
  }
}
