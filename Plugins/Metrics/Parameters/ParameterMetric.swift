import ICLKit

/// How many parameters there are, and how far they are from zero and from where they started.
struct ParameterMetric: Metric {
  static let id = "parameters"
  static let summary = "count and norm of all parameters, and their distance from the start"
  static let needs: MetricNeeds = [.parameters, .start]

  func begin(_ task: Signature) -> any Accumulator { Norms() }
}

private final class Norms: Accumulator {
  private var count = 0
  private var squares = 0.0
  private var moved = 0.0

  func observe(_ snapshot: Snapshot) {
    for parameter in snapshot.parameters {
      let start = snapshot.start(parameter.name)?.values ?? []
      count += parameter.values.count
      for (index, value) in parameter.values.enumerated() {
        squares += value * value
        guard start.indices.contains(index) else { continue }
        moved += (value - start[index]) * (value - start[index])
      }
    }
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) {
    report.scalar("count", Double(count))
    report.scalar("norm", squares.squareRoot())
    report.scalar("distance-from-start", moved.squareRoot())
  }
}
