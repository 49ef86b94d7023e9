import ICLKit
import ImplicitRegression

/// What Theorem 5.1 says of GD++: the condition number of Σ after each layer.
struct ContractionMetric: Metric {
  static let id = "spectrum-contraction"
  static let summary = "how GD++ narrows the spectrum of the inputs, layer by layer"
  static let needs: MetricNeeds = []

  @Option("condition number before the first layer", 1...1e12) var condition = 10.0
  @Option("layers", 1...1000) var layers = 7

  func begin(_ task: Signature) -> any Accumulator {
    Narrowing(condition: condition, layers: layers)
  }
}

private final class Narrowing: Accumulator {
  private let condition: Double
  private let layers: Int

  init(condition: Double, layers: Int) {
    self.condition = condition
    self.layers = layers
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) {
    report.vector(
      "theory.excess", Contraction.excesses(condition: condition, layers: layers), axis: "layer",
      firstIndex: 0)
    // A spectrum from 1 to κ, each layer with a third of the inverse of its largest eigenvalue.
    var values = [1, 1 + (condition - 1) / 3, condition]
    var excesses = [condition - 1]
    for _ in 0..<layers {
      let largest = values.max() ?? 1
      values = Contraction.eigenvalues(values, steps: [1 / (3 * largest)])[0]
      excesses.append((values.max() ?? 1) / (values.min() ?? 1) - 1)
    }
    report.vector("excess", excesses, axis: "layer", firstIndex: 0)
  }
}
