/// How far a reproduction is.
public struct ReproductionProgress: Sendable {
  /// Of all runs, from 1.
  public var run: Int
  public var runs: Int
  /// "separate model.rank=4, seed 3"
  public var name: String
  /// Of this run, from 0 to 1.
  public var fraction: Double
  /// nil where nothing is known of it.
  public var secondsLeft: Double?
}

/// Estimates the time that is left from times that are known, and from those that it sees.
struct TimeLeft {
  /// What was thought of each run, in seconds; nil where nothing is known.
  private var estimates: [Double?]
  private let groups: [String]
  private var isDone: [Bool]
  /// Seen seconds over estimated ones, in each group.
  private var factors: [String: Double] = [:]

  init(_ runs: [PlannedRun], estimate: (String) -> Double?) {
    groups = runs.map(\.group)
    estimates = groups.map(estimate)
    isDone = runs.map { _ in false }
  }

  mutating func finished(_ run: Int, seconds: Double?) {
    isDone[run] = true
    if let seconds { saw(run, seconds) }
  }

  /// - Parameter workers: how many runs go on at once.
  mutating func left(_ run: Int, fraction: Double, elapsed: Double, workers: Int) -> Double? {
    if fraction > 0.02, elapsed > 0.5 { saw(run, elapsed / fraction) }
    var sum = 0.0
    for other in groups.indices where !isDone[other] {
      guard let estimate = estimates[other] else { return nil }
      let seconds = estimate * (factors[groups[other]] ?? 1)
      sum += other == run ? seconds * (1 - fraction) : seconds
    }
    return sum / Double(workers)
  }

  private mutating func saw(_ run: Int, _ seconds: Double) {
    let group = groups[run]
    if let estimate = estimates[run], estimate > 0 {
      factors[group] = seconds / estimate
    } else {
      for other in groups.indices where groups[other] == group && estimates[other] == nil {
        estimates[other] = seconds
      }
    }
  }
}
