import ICLKit

/// What a sequence model holds between two tokens, in bytes of the run's precision, and how many
/// numbers it has learned.
struct StateSize: DeclaringMetric {
  static let id = "state-size"
  static let summary = "bytes that a sequence model holds between tokens"
  static let needs: MetricNeeds = [.parameters]

  /// `state-values`, which sequence models name: how many numbers they hold.
  func declare(_ graph: Graph, _ task: Signature) -> [(name: String, value: Tensor)] {
    // A number of every prompt, as chunks have them.
    [("values", graph.input("state-values") + 0 * graph.input("losses").sum())]
  }

  func begin(_ task: Signature) -> any Accumulator { Size() }
}

private final class Size: Accumulator {
  private var values = 0.0
  private var bytes = 4.0
  private var learned = 0

  func observe(_ snapshot: Snapshot) {
    bytes = snapshot.setting("run", "precision")?.text == "double" ? 8 : 4
    learned = snapshot.parameters.reduce(0) { $0 + $1.values.count }
  }

  func accumulate(_ chunk: Chunk) { values = chunk.declared("values")?.first ?? values }

  func finish(_ report: Report) {
    report.scalar("values", values)
    report.scalar("bytes", bytes * values)
    report.scalar("learned-values", Double(learned))
  }
}
