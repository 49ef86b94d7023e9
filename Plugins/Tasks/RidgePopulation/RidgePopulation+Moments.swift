import ICLKit

/// What the output of a linear attention without mixing blocks depends on, in the eigenbasis of Λ.
struct Moments {
  /// λ_d.
  var eigenvalues: [Double]
  /// E[β_d²] = s_d.
  var square: [Double]
  /// E[y β_d x_d]: λ_d², or less where β is divided by more than the pairs.
  var product: [Double]
  /// E[y²] less what β explains: the lowest loss.
  var unexplained: Double
}

extension RidgePopulation {
  func moments() throws -> Moments {
    let values = try eigenvalues()
    let trace = values.reduce(0, +)
    let (counts, isByTokens): (ClosedRange<Int>, Bool) =
      switch contexts {
      case .full: (contextLength...contextLength, false)
      case .varyingByPairs: (1...contextLength, false)
      case .varyingByTokens: (1...contextLength, true)
      }
    func mean(_ value: (Double) -> Double) -> Double {
      counts.reduce(0) { $0 + value(Double($1)) } / Double(counts.count)
    }
    func factor(_ pairs: Double) -> Double { isByTokens ? pairs / (pairs + 1) : 1 }
    let square = values.map { value in
      mean { factor($0) * factor($0) * value * (value + (value + trace) / $0) }
    }
    let share = mean(factor)
    let product = values.map { share * $0 * $0 }
    let explained = values.indices.reduce(0) {
      $0 + product[$1] * product[$1] / (square[$1] * values[$1])
    }
    return Moments(
      eigenvalues: values, square: square, product: product, unexplained: trace - explained)
  }

  private func eigenvalues() throws -> [Double] {
    let values =
      covariance == .linear
      ? (1...dimension).reversed().map(Double.init)
      : spectrum.isEmpty ? [Double](repeating: 1, count: dimension) : spectrum
    guard values.count == dimension else {
      throw KitError(
        "\(values.count) eigenvalues for dimension \(dimension): give one for each",
        path: "spectrum")
    }
    guard values.allSatisfy({ $0 > 0 }) else {
      throw KitError("every eigenvalue must be above 0", path: "spectrum")
    }
    let trace = values.reduce(0, +)
    return traceNormalised ? values.map { $0 / trace } : values
  }
}
