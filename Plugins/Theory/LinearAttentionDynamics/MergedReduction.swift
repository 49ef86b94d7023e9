/// Merged attention from a small start, which moves as D + 1 numbers: v, and U = diag(u_d):
///     τ v̇ = Σ u_d (g_d - s_d λ_d v u_d),   τ u̇_d = v (g_d - s_d λ_d v u_d)
/// from v = w, u_d = w g_d / ‖g‖. Derived; for a random start w is `effectiveStart`.
public struct MergedReduction {
  public let population: Population
  private var integrator: Integrator

  /// - Parameter start: w, the norm of each layer once both are aligned.
  public init(_ population: Population, start: Double) {
    self.population = population
    let norm = population.driveNorm
    let (drive, square, eigenvalues) =
      (population.drive, population.square, population.eigenvalues)
    integrator = Integrator(
      [start] + drive.map { start * $0 / norm }, firstStep: 0.01 / norm
    ) { state in
      var slope = [Double](repeating: 0, count: state.count)
      for d in drive.indices {
        let rest = drive[d] - square[d] * eigenvalues[d] * state[0] * state[d + 1]
        slope[0] += state[d + 1] * rest
        slope[d + 1] = state[0] * rest
      }
      return slope
    }
  }

  /// Moves on to a later time, in units of τ.
  public mutating func advance(to time: Double) { integrator.advance(to: time) }

  /// The diagonal of W, ω_d = v u_d.
  public var diagonal: [Double] { integrator.state.dropFirst().map { $0 * integrator.state[0] } }
  public var loss: Double { population.loss(diagonal: diagonal) }
  public var time: Double { integrator.time }

  /// The start of a random small initialisation: ½ ‖w₂ + W₁ ĝ‖, ĝ = vec(diag g) / ‖g‖, which is
  /// the part of it that grows. It counts as an aligned start of this norm in v and in U.
  ///
  /// - Parameters:
  ///   - values: v [H].
  ///   - maps: U [H, D, D], in the eigenbasis.
  public static func effectiveStart(
    _ population: Population, values: [Double], maps: [Double]
  ) -> Double {
    let d = population.dimension
    let norm = population.driveNorm
    let squares = values.indices.reduce(0.0) { sum, head in
      let along = (0..<d).reduce(0.0) {
        $0 + maps[head * d * d + $1 * d + $1] * population.drive[$1]
      }
      let total = values[head] + along / norm
      return sum + total * total
    }
    return squares.squareRoot() / 2
  }
}

extension MergedReduction {
  /// When the loss falls to a level, in units of τ; infinite if that is beyond the horizon.
  public func time(toLoss level: Double, horizon: Double) -> Double {
    var reduction = self
    while reduction.time < horizon {
      let before = reduction
      reduction.step(atMost: horizon - reduction.time)
      guard reduction.loss < level else { continue }
      var (low, high) = (before.time, reduction.time)
      for _ in 0..<45 {
        let middle = (low + high) / 2
        guard middle > low, middle < high else { break }
        var trial = before
        trial.advance(to: middle)
        if trial.loss < level { high = middle } else { low = middle }
      }
      return high
    }
    return .infinity
  }

  private mutating func step(atMost limit: Double) { integrator.take(atMost: limit) }
}
