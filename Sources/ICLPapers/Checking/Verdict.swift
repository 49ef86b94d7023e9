import ICLTraining

/// What a check found.
public struct Verdict: Sendable {
  public enum Outcome: Sendable {
    /// What was measured and what was expected, one for each number, and whether each holds.
    case compared(measured: Quantity, expected: Quantity, holds: [Bool])
    /// A measure that must lie in a range or, being a comparison, must be true.
    case judged(measured: Quantity, holds: [Bool])
    /// It could not be measured.
    case refused(Failure)
  }

  public var check: Check
  public var form: Check.Form
  public var outcome: Outcome
  /// Of the runs that were read.
  public var seeds: [Int]

  public var holds: Bool {
    switch outcome {
    case .compared(_, _, let holds), .judged(_, let holds): !holds.isEmpty && !holds.contains(false)
    case .refused: false
    }
  }

  /// Whether it turned out as its file says: a claim that was disproved must not hold.
  public var isAsStated: Bool {
    if case .refused = outcome { return false }
    return holds == (check.disproof == nil)
  }

  public var measured: Quantity? {
    switch outcome {
    case .compared(let measured, _, _), .judged(let measured, _): measured
    case .refused: nil
    }
  }
}

extension Check {
  /// Measures, and compares with what is expected; an error is an outcome, too.
  func verdict(in form: ReproductionForm, reader: ValueReader) -> Verdict {
    let chosen = self.form(form)
    let seeds = (try? reader.seeds(of: chosen.measure)) ?? []
    let outcome: Verdict.Outcome
    do {
      outcome = try chosen.outcome(reader)
    } catch {
      outcome = .refused(place.locating(Failure(error)))
    }
    return Verdict(check: self, form: chosen, outcome: outcome, seeds: seeds)
  }
}

extension Check.Form {
  fileprivate func outcome(_ reader: ValueReader) throws -> Verdict.Outcome {
    let value = try reader.value(of: measure)
    switch expected {
    case .holds:
      let rows = try value.quantities(for: "a check")
      let measured = try rows.count == 1 ? rows[0] : Quantity.stacked(rows)
      return .judged(measured: measured, holds: measured.values.map { $0 == 1 })
    case .range(let least, let most):
      let measured = try value.whole()
      let holds = measured.values.map { $0 >= least ?? -.infinity && $0 <= most ?? .infinity }
      return .judged(measured: measured, holds: holds)
    case .values(let expected): return try compare(try value.whole(), with: expected)
    case .measured(let formula):
      return try compare(
        try value.whole(), with: try reader.value(of: formula).whole())
    }
  }

  /// A single expected number goes with all that was measured.
  private func compare(
    _ measured: Quantity, with expected: Quantity
  ) throws(Failure) -> Verdict.Outcome {
    let count = measured.values.count
    guard count == expected.values.count || expected.values.count == 1 else {
      throw Failure(
        .configuration,
        "\(count) numbers were measured, and \(expected.values.count) are expected.",
        hint: "Shapes: \(measured.shape) and \(expected.shape).")
    }
    if tolerance.standardErrors != nil, measured.errors == nil, expected.errors == nil {
      throw Failure(
        .configuration, "the tolerance is in standard errors, and the measure has none.",
        hint: "Take several seeds, a metric with standard errors, or another tolerance.")
    }
    let wide =
      expected.values.count == count
      ? expected
      : Quantity(
        shape: measured.shape, values: measured.values.map { _ in expected.values[0] },
        errors: expected.errors.map { errors in measured.values.map { _ in errors[0] } })
    let holds = (0..<count).map { place in
      tolerance.allows(
        measured.values[place], error: measured.errors?[place], expected: wide.values[place],
        expectedError: wide.errors?[place])
    }
    return .compared(measured: measured, expected: wide, holds: holds)
  }
}

extension Value {
  /// The mean over the runs of each variation; several variations make a first axis.
  public func whole() throws -> Quantity {
    let name = "a check"
    let rows = try quantities(for: name)
    if rows.count == 1 { return rows[0] }
    let means = try Function.mean(self).quantities(for: name)
    return try means.count == 1 ? means[0] : Quantity.stacked(means)
  }
}
