import ICLKit

/// How far a prediction that is linear in the query is above the oracle that knows σ.
///
///     ½ |ŵ - w_σ|²,   w_σ = (Σ + σ² I)⁻¹ α
/// is exactly the expectation of ½ [(ŷ - y)² - (ŷ_σ - y)²] over queries x ~ N(0, I) and w given the
/// context, so it is the adjusted loss of arXiv 2402.14180 without most of its sampling noise.
struct AdjustedLoss: DeclaringMetric {
  static let id = "adjusted-loss"
  static let summary =
    "half the squared error above the oracle's: mean, trimmed mean, median, tails"
  static let needs: MetricNeeds = [.oracle, .predictions]

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    let regression = try Regression(graph, task)
    let (weights, best) = (regression.weights, regression.posteriorMean)
    let explained = einsum("i,i->", weights, regression.query).reshaped([1])
    return [
      ("adjusted", halfSquare(weights, best)), ("oracle", regression.oracleLoss),
      ("scale", 0.5 * best.squared().sum(axis: 0, keepAxis: true)),
      ("rest", (regression.prediction - explained).magnitude()),
      ("size", (weights * regression.query).magnitude().sum(axis: 0, keepAxis: true)),
    ]
  }

  func begin(_ task: Signature) -> any Accumulator { Sums() }
}

private final class Sums: Accumulator {
  private var adjusted = Distribution()
  private var paired = Distribution()
  private var oracle = Distribution()
  private var sampledOracle = Distribution()
  private var distance = Distribution()
  /// The largest part of a prediction that is not linear in the query.
  private var rest = 0.0

  func accumulate(_ chunk: Chunk) throws {
    guard let adjusted = chunk.declared("adjusted"), let oracle = chunk.declared("oracle"),
      let scale = chunk.declared("scale"), let rest = chunk.declared("rest"),
      let size = chunk.declared("size"), let best = chunk.oracleLosses
    else { throw KitError("the host did not compute what was declared", code: .failed) }
    for index in 0..<chunk.count {
      self.adjusted.add(adjusted[index])
      self.oracle.add(oracle[index])
      distance.add((adjusted[index] / scale[index]).squareRoot())
      sampledOracle.add(0.5 * best[index])
      paired.add(0.5 * (chunk.losses[index] - best[index]))
      self.rest = max(self.rest, rest[index] / max(size[index], 1e-3))
    }
    guard !(self.rest > 1e-6) else {
      throw KitError(
        "the prediction is not a linear function of the query that the host can differentiate "
          + "(\(self.rest) of it is something else)", code: .unsupported)
    }
  }

  func finish(_ report: Report) {
    func mean(_ name: String, _ values: Distribution, _ share: Double = 1) {
      let (value, error) = values.mean(lowest: share)
      report.scalar(name, value, standardError: error)
    }
    mean("mean", adjusted)
    mean("trimmed-mean", adjusted, trimmedShare)
    report.scalar("median", adjusted.quantile(0.5))
    report.scalar("percentile-99", adjusted.quantile(0.99))
    report.scalar("share-above-5", adjusted.share(above: 5))
    mean("oracle", oracle)
    mean("oracle-sampled", sampledOracle)
    mean("paired", paired)
    mean("relative-distance", distance)
    report.scalar("nonlinearity", rest)
  }
}
