/// A local learning coefficient from the losses that Langevin chains saw, and whether to believe it.
///
///     λ̂_c = nβ (mean loss of chain c after burn-in - loss at its start),   λ̂ = mean over chains
/// Lau et al. 2023 (arXiv 2308.12108).
public struct CoefficientEstimate: Sendable {
  /// When an estimate is refused.
  public struct Limits: Hashable, Sendable {
    /// Of |second half - first half| of a chain's draws, as a share of its λ̂.
    public var drift = 0.1
    /// Of the spread between chains against that within them, where it is also a share `drift`.
    public var rHat = 1.2
    /// Relaxation times 2/(εγ) that the burn-in has to have.
    public var relaxations = 1.0

    public init() {}
  }

  /// λ̂ of each chain.
  public let chains: [Double]
  /// The standard error of each, from batch means, which see that draws depend on each other.
  public let errors: [Double]
  /// (second half - first half) / λ̂ of each chain.
  public let drifts: [Double]
  /// Gelman and Rubin's, of halved chains: √(variance of all draws / variance within a half).
  public let rHat: Double
  /// In sentences; empty where the estimate is healthy.
  public let problems: [String]

  public var isHealthy: Bool { problems.isEmpty }
  public var mean: Double { chains.reduce(0, +) / Double(chains.count) }

  /// The standard deviation over chains; 0 for one.
  public var deviation: Double { spread(chains).squareRoot() }

  /// Of the mean: from the chains if there are several, or from the one.
  public var standardError: Double {
    let within = errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(chains.count)
    return max(within, deviation / Double(chains.count).squareRoot())
  }

  /// - Parameters:
  ///   - traces: the loss of each step of each chain, before the step.
  ///   - burnIn: steps that do not count.
  ///   - start: the loss at the starting point.
  ///   - startError: its standard error.
  ///   - relaxation: steps 2/(εγ); nil without localization.
  public init(
    traces: [[Double]], burnIn: Int, start: Double, startError: Double = 0,
    inverseTemperature n: Double, relaxation: Double? = nil, limits: Limits = Limits()
  ) {
    let draws = traces.map { Array($0.dropFirst(burnIn)) }
    let levels = draws.map { n * (average($0) - start) }
    let sampling = draws.map { n * batchMeansError($0) }
    chains = levels
    errors = sampling.map { ($0 * $0 + n * n * startError * startError).squareRoot() }
    let halves = draws.flatMap { draw in
      [Array(draw[..<(draw.count / 2)]), Array(draw[(draw.count / 2)...])]
    }
    let halfMeans = halves.map { n * (average($0) - start) }
    let changes = levels.indices.map { halfMeans[2 * $0 + 1] - halfMeans[2 * $0] }
    drifts = zip(changes, levels).map { $0 / $1 }
    // Within halves: a drift along the whole chain would count as its error.
    let halfErrors = halves.map { n * batchMeansError($0) }
    let changeErrors = levels.indices.map {
      (halfErrors[2 * $0] * halfErrors[2 * $0]
        + halfErrors[2 * $0 + 1] * halfErrors[2 * $0 + 1]).squareRoot()
    }
    let within = average(halves.map { n * n * spread($0) })
    let between = spread(halfMeans)
    rHat = within > 0 ? (1 + between / within).squareRoot() : .infinity

    var problems: [String] = []
    for (chain, trace) in traces.enumerated() {
      if let step = trace.firstIndex(where: { !$0.isFinite }) {
        problems.append("chain \(chain) is not finite from step \(step) on: take a smaller step")
      }
    }
    if problems.isEmpty {
      let level = average(levels)
      for (chain, value) in levels.enumerated() where value < -4 * errors[chain] {
        problems.append(
          "chain \(chain) found a lower loss than the start (λ̂ = \(short(value))): "
            + "the start is no minimum")
      }
      for (chain, change) in changes.enumerated()
      where change.magnitude > limits.drift * level.magnitude
        && change.magnitude > 4 * changeErrors[chain]
      {
        problems.append(
          "chain \(chain) still drifts, by \(short(100 * change / level)) % from one half to the "
            + "other: burn in longer")
      }
      let deviation = spread(levels).squareRoot()
      if levels.count > 1, rHat > limits.rHat, deviation > limits.drift * level.magnitude {
        problems.append(
          "the chains disagree: \(levels.map(short).joined(separator: ", ")) (R̂ = \(short(rHat)))")
      }
      if let relaxation, Double(burnIn) < limits.relaxations * relaxation {
        problems.append(
          "a burn-in of \(burnIn) steps is shorter than \(short(limits.relaxations)) relaxation "
            + "times of \(short(relaxation)) steps, 2/(εγ)")
      }
    }
    self.problems = problems
  }
}

private func average(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
}

/// The variance, with n - 1; 0 for one value.
private func spread(_ values: [Double]) -> Double {
  guard values.count > 1 else { return 0 }
  let mean = average(values)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

/// The standard error of a mean of dependent draws: of the means of 20 pieces.
private func batchMeansError(_ values: [Double]) -> Double {
  let pieces = min(20, values.count / 2)
  guard pieces > 1 else { return 0 }
  let length = values.count / pieces
  let means = (0..<pieces).map { average(Array(values[($0 * length)..<(($0 + 1) * length)])) }
  return (spread(means) / Double(pieces)).squareRoot()
}

/// With three digits.
private func short(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value)" }
  var scale = 1.0
  while value.magnitude * scale < 100 { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}
