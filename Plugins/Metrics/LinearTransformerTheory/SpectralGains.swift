import ICLKit

/// How much of least squares a prediction keeps along each eigenvector of Σ, from the largest eigenvalue
/// to the smallest.
///
///     gain_k = Σ_prompts ŵ_k b_k / Σ_prompts b_k²,   b_k = a_k / λ_k
/// and the same of the ridge regression that knows σ².
struct SpectralGains {
  private var found: [Double]
  private var oracle: [Double]
  private var squares: [Double]

  init(_ dimension: Int) {
    found = [Double](repeating: 0, count: dimension)
    (oracle, squares) = (found, found)
  }

  mutating func add(
    _ values: [Double], _ right: [Double], _ weights: [Double], variance: Double
  ) {
    let order = values.indices.sorted { values[$0] > values[$1] }
    for (rank, place) in order.enumerated() where values[place] > 0 {
      let plain = right[place] / values[place]
      found[rank] += weights[place] * plain
      oracle[rank] += plain * right[place] / (values[place] + variance)
      squares[rank] += plain * plain
    }
  }

  func report(_ report: Report) {
    func ratios(_ name: String, _ sums: [Double]) {
      report.vector(
        name, zip(sums, squares).map { $1 > 0 ? $0 / $1 : 0 }, axis: "eigenvalue", firstIndex: 1)
    }
    ratios("gain", found)
    ratios("oracle-gain", oracle)
  }
}
