import ICLKit

/// The mean absolute error at each scored position, with its standard error.
struct MyComponent: Metric {
  static let id = "my-component"
  static let summary = "mean absolute error at each context length"
  static let needs: MetricNeeds = [.predictions]

  func begin(_ task: Signature) -> any Accumulator { Sums(task) }
}

private final class Sums: Accumulator {
  private let task: Signature
  private var prompts = 0
  /// Over prompts, for each position.
  private var errors: [Double]
  private var squares: [Double]

  init(_ task: Signature) {
    self.task = task
    errors = [Double](repeating: 0, count: task.positions)
    squares = errors
  }

  func accumulate(_ chunk: Chunk) {
    let outputs = task.outputDimension
    for row in 0..<(chunk.count * task.positions) {
      var size = 0.0
      for place in (row * outputs)..<((row + 1) * outputs) {
        size += abs(chunk.predictions[place] - chunk.targets[place])
      }
      errors[row % task.positions] += size
      squares[row % task.positions] += size * size
    }
    prompts += chunk.count
  }

  func finish(_ report: Report) {
    let n = Double(prompts)
    guard n > 0 else { return }
    let means = errors.map { $0 / n }
    let deviations = zip(squares, means).map { sum, mean in
      (max(sum / n - mean * mean, 0) / max(n - 1, 1)).squareRoot()
    }
    report.vector(
      "absolute-error", means, standardErrors: deviations, axis: "context length",
      firstIndex: task.contextLength + 1 - task.positions)
  }
}
