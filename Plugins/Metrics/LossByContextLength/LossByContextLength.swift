import ICLKit

/// The mean loss at each scored position, with its standard error over prompts.
struct LossByContextLength: Metric {
  static let id = "loss-by-context-length"
  static let summary = "mean loss at each context length, with standard errors"
  static let needs: MetricNeeds = []

  func begin(_ task: Signature) -> any Accumulator {
    final class Losses: Accumulator {
      let task: Signature
      var moments: [Moments]

      init(_ task: Signature) {
        self.task = task
        moments = [Moments](repeating: Moments(), count: task.positions)
      }

      func accumulate(_ chunk: Chunk) {
        for (index, loss) in chunk.losses.enumerated() {
          moments[index % task.positions].add(loss)
        }
      }

      func finish(_ report: Report) {
        report.vector(
          LossByContextLength.id, moments.map(\.mean),
          standardErrors: moments.contains { $0.count < 2 } ? nil : moments.map(\.standardError),
          axis: "context length", firstIndex: task.contextLength + 1 - task.positions)
      }
    }
    return Losses(task)
  }
}
