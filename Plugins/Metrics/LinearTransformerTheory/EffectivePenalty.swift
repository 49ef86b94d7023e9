import ICLKit
import ImplicitRegression

/// The ridge regression that a prediction is nearest to, prompt by prompt.
///
///     s²_eff = argmin_s |ŵ - (Σ + s² I)⁻¹ α|
/// against the true σ² and the estimate ρ / (n - d): constant for what does not adapt (GD++). Besides,
/// the gain in each direction, ŵ_k over that of least squares a_k / λ_k, for eigenvalues λ_k of Σ from
/// large to small, by least squares over prompts; ridge has λ / (λ + s²).
struct EffectivePenalty: DeclaringMetric {
  static let id = "effective-penalty"
  static let summary = "the ridge penalty that explains each prediction best, against the noise"
  static let needs: MetricNeeds = [.inputs]

  @Option("prompts that are looked at, the first of the evaluation", 2...1_000_000) var prompts =
    2000
  @Option("prompts of which the numbers themselves are reported", 0...100_000) var shown = 200

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    let regression = try Regression(graph, task)
    // A variance that all prompts share is a number of each all the same.
    let each = 0 * graph.input("y").reshaped([task.contextLength])[0..<1]
    return [("weights", regression.weights), ("variance", regression.variance + each)]
  }

  func begin(_ task: Signature) -> any Accumulator {
    Penalties(task, prompts: prompts, shown: shown)
  }
}

private final class Penalties: Accumulator {
  private let task: Signature
  private let prompts: Int
  private let shown: Int
  private var penalties: [Double] = []
  private var variances: [Double] = []
  private var estimates: [Double] = []
  private var gains: SpectralGains

  init(_ task: Signature, prompts: Int, shown: Int) {
    self.task = task
    self.prompts = prompts
    self.shown = shown
    gains = SpectralGains(task.inputDimension)
  }

  func accumulate(_ chunk: Chunk) throws {
    guard let weights = chunk.declared("weights"), let variance = chunk.declared("variance") else {
      throw KitError("the host did not compute what was declared", code: .failed)
    }
    let d = task.inputDimension
    let n = task.properties["pairs"].map { Int($0) } ?? task.contextLength
    for prompt in 0..<min(chunk.count, prompts - penalties.count) {
      guard let context = chunk.context(prompt, task) else {
        throw KitError("the host did not pass the inputs", code: .failed)
      }
      let blocks = GramBlocks(context.gram)
      let eigen = SymmetricEigen(blocks.squares)
      let turned = eigen.vectors.transposed * blocks.products
      let found =
        eigen.vectors.transposed
        * Matrix.column(Array(weights[prompt * d..<(prompt + 1) * d]))
      gains.add(eigen.values, turned.values, found.values, variance: variance[prompt])
      penalties.append(Self.nearest(eigen.values, turned.values, found.values))
      variances.append(variance[prompt])
      estimates.append(max(blocks.residual, 0) / Double(max(n - d, 1)))
    }
  }

  /// By a scan over s² from 0.001 to 1000, then golden sections.
  private static func nearest(_ values: [Double], _ right: [Double], _ found: [Double]) -> Double {
    func distance(_ logarithm: Double) -> Double {
      let penalty = exponential(logarithm)
      return values.indices.reduce(0) {
        let rest = found[$1] - right[$1] / (values[$1] + penalty)
        return $0 + rest * rest
      }
    }
    let grid = (0...48).map { -6.9 + 13.8 * Double($0) / 48 }
    let best = grid.indices.min { distance(grid[$0]) < distance(grid[$1]) }!
    var (low, high) = (grid[max(best - 1, 0)], grid[min(best + 1, 48)])
    let golden = 0.6180339887498949
    for _ in 0..<40 {
      let (a, b) = (high - golden * (high - low), low + golden * (high - low))
      if distance(a) < distance(b) { high = b } else { low = a }
    }
    return exponential((low + high) / 2)
  }

  func finish(_ report: Report) {
    let sorted = penalties.sorted()
    report.scalar("median", sorted[sorted.count / 2])
    report.scalar("noise-correlation", rankCorrelation(penalties, variances))
    report.scalar("estimate-correlation", rankCorrelation(penalties, estimates))
    report.scalar("spread", sorted[sorted.count * 9 / 10] / sorted[sorted.count / 10])
    gains.report(report)
    let count = min(shown, penalties.count)
    guard count > 0 else { return }
    for (name, values) in [
      ("penalties", penalties), ("noise-variances", variances), ("noise-estimates", estimates),
    ] {
      report.vector(name, Array(values[..<count]), axis: "prompt", firstIndex: 0)
    }
  }
}
