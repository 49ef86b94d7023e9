import ICLKit

/// The adjusted loss of the prediction that each layer would give as the last one.
///
/// Reads the named value `layer-weights` [L, D, 1] of `linear-transformer`.
struct LayerLosses: DeclaringMetric {
  static let id = "layer-losses"
  static let summary = "adjusted loss of the read-out after each layer"
  static let needs: MetricNeeds = []

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    let regression = try Regression(graph, task)
    let weights = graph.input("layer-weights")
    let all = weights.reshaped([weights.extent(0), task.inputDimension])
    let best = regression.posteriorMean.reshaped([1, task.inputDimension])
    return [("adjusted", halfSquare(all, best.broadcast(to: all.shape)))]
  }

  func begin(_ task: Signature) -> any Accumulator { Layers() }
}

private final class Layers: Accumulator {
  private var layers: [Distribution] = []

  func accumulate(_ chunk: Chunk) throws {
    guard let values = chunk.declared("adjusted") else {
      throw KitError("the host did not compute what was declared", code: .failed)
    }
    let count = values.count / chunk.count
    if layers.isEmpty { layers = [Distribution](repeating: Distribution(), count: count) }
    for prompt in 0..<chunk.count {
      for layer in 0..<count { layers[layer].add(values[prompt * count + layer]) }
    }
  }

  func finish(_ report: Report) {
    func vector(_ name: String, _ share: Double) {
      let means = layers.map { $0.mean(lowest: share) }
      report.vector(
        name, means.map(\.value), standardErrors: means.map(\.error), axis: "layer", firstIndex: 1)
    }
    vector("mean", 1)
    vector("trimmed-mean", trimmedShare)
    report.vector("median", layers.map { $0.quantile(0.5) }, axis: "layer", firstIndex: 1)
  }
}
