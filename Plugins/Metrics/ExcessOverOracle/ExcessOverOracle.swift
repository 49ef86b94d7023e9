import ICLKit

/// How far the loss is above the best possible one, prompt by prompt.
struct ExcessOverOracle: Metric {
  static let id = "excess-over-oracle"
  static let summary = "loss above the task's oracle at each context length, and their ratio"
  static let needs: MetricNeeds = [.oracle]

  func begin(_ task: Signature) -> any Accumulator { Pairs(task) }
}

private final class Pairs: Accumulator {
  private let task: Signature
  private var moments: [PairedMoments]

  init(_ task: Signature) {
    self.task = task
    moments = [PairedMoments](repeating: PairedMoments(), count: task.positions)
  }

  func accumulate(_ chunk: Chunk) throws {
    guard let oracle = chunk.oracleLosses else {
      throw KitError("the task has no oracle", code: .unsupported)
    }
    for index in chunk.losses.indices {
      moments[index % task.positions].add(chunk.losses[index], oracle[index])
    }
  }

  func finish(_ report: Report) {
    let first = task.contextLength + 1 - task.positions
    let hasErrors = moments.allSatisfy { $0.count >= 2 }
    report.vector(
      "excess-over-oracle", moments.map(\.difference),
      standardErrors: hasErrors ? moments.map(\.differenceError) : nil,
      axis: "context length", firstIndex: first)
    // Where the oracle is perfect there is no ratio.
    guard moments.allSatisfy({ $0.second > 0 }) else { return }
    report.vector(
      "ratio-to-oracle", moments.map(\.ratio),
      standardErrors: hasErrors ? moments.map(\.ratioError) : nil,
      axis: "context length", firstIndex: first)
  }
}
