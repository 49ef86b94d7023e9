import ICLTraining

/// Computes formulas of a paper from finished runs, each named value once.
public final class ValueReader {
  /// The finished runs of a group, variation by variation.
  public typealias Runs = (_ group: String) throws -> [[FinishedRun]]

  private let values: [String: NamedValue]
  private let runs: Runs
  private var known: [String: Value] = [:]
  /// Formulas that are being computed, to find those that need themselves.
  private var open: [String] = []

  public init(_ values: [String: NamedValue], runs: @escaping Runs) {
    self.values = values
    self.runs = runs
  }

  public func value(of formula: Formula) throws -> Value {
    do {
      return try formula.expression.value(named)
    } catch let failure as Failure {
      throw formula.place.locating(failure)
    }
  }

  /// The runs behind a formula, in the order of its value's rows; none where several groups are
  /// mixed.
  func plans(of formula: Formula) throws -> [PlannedRun] {
    let sources = Set(leaves(of: formula.expression.names).compactMap { $0.group })
    guard sources.count == 1, let group = sources.first else { return [] }
    let only = leaves(of: formula.expression.names).first { $0.group == group }?.only ?? []
    return try chosen(group, only).flatMap { $0.map(\.plan) }
  }

  /// The seeds of all runs behind a formula.
  func seeds(of formula: Formula) throws -> [Int] {
    let runs = try leaves(of: formula.expression.names).compactMap { value in
      try value.group.map { try chosen($0, value.only).joined().map(\.plan.seed) }
    }
    return Set(runs.joined()).sorted()
  }

  private func named(_ name: String) throws -> Value {
    if let value = known[name] { return value }
    guard let value = values[name] else {
      throw Failure(.configuration, "there is no value '\(name)'.")
    }
    if open.contains(name) {
      throw Failure(
        .configuration, key: value.place.description,
        "it needs itself: \((open + [name]).joined(separator: " → ")).")
    }
    open.append(name)
    defer { open.removeLast() }
    let result: Value
    do {
      result = try read(value)
    } catch let failure as Failure {
      throw value.place.locating(failure)
    }
    known[name] = result
    return result
  }

  private func read(_ value: NamedValue) throws -> Value {
    switch value.source {
    case .numbers(let quantity): return Value(quantity)
    case .formula(let formula): return try self.value(of: formula)
    case .series(let group, let name, let only):
      return try read(group, only) { try $0.series(name) }
    case .parameter(let group, let name, let only):
      return try read(group, only) { try $0.parameter(name) }
    }
  }

  private func read(
    _ group: String, _ only: [RunGroup.Setting], _ body: (any SeriesSource) throws -> StepSeries
  ) throws -> Value {
    let chosen = try chosen(group, only)
    let series = try chosen.joined().map { try body($0.source) }
    return Value(Layout(chosen.map(\.count)), series)
  }

  /// The variations that have all of these settings.
  private func chosen(
    _ group: String, _ only: [RunGroup.Setting]
  ) throws -> [[FinishedRun]] {
    let all = try runs(group)
    let chosen = all.filter { runs in
      runs.first.map { run in only.allSatisfy { run.plan.has($0) } } ?? false
    }
    guard !chosen.isEmpty else {
      throw Failure(
        .configuration,
        "no run of '\(group)' has \(only.map(\.text).joined(separator: " and ")).",
        hint: "Its variations: "
          + all.compactMap { $0.first?.plan.variationText }.joined(separator: "; ") + ".")
    }
    return chosen
  }

  /// The named values that formulas lead to.
  private func leaves(of names: Set<String>) -> [NamedValue] {
    var seen: Set<String> = []
    var left = Array(names)
    var leaves: [NamedValue] = []
    while let name = left.popLast() {
      guard seen.insert(name).inserted, let value = values[name] else { continue }
      leaves.append(value)
      if case .formula(let formula) = value.source { left += formula.expression.names }
    }
    return leaves
  }

  /// The groups whose runs a formula needs.
  func groups(of formula: Formula) -> Set<String> {
    Set(leaves(of: formula.expression.names).compactMap(\.group))
  }
}

extension PlannedRun {
  /// Whether the last word on a key is this value; numbers are compared as numbers.
  func has(_ setting: RunGroup.Setting) -> Bool {
    guard let last = settings.last(where: { $0.key == setting.key })?.value else { return false }
    if let a = Double(last), let b = Double(setting.value) { return a == b }
    return last == setting.value
  }
}
