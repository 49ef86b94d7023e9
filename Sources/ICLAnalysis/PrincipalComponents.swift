/// The leading principal components of many rows, by subspace iteration with Rayleigh–Ritz steps.
///
/// The covariance is never formed: an iteration is two products with the centred rows, so that 50,000
/// rows of 8192 numbers need no more memory than themselves.
public struct PrincipalComponents: Sendable {
  public let mean: [Double]
  /// Orthonormal, row k is component k.
  public let components: [[Double]]
  /// Sum of squares along each component, over the weighted rows.
  public let energies: [Double]
  /// The sum of squares of all centred rows.
  public let totalEnergy: Double

  /// The share of the variance that each component has.
  public var explained: [Double] { energies.map { totalEnergy > 0 ? $0 / totalEnergy : 0 } }

  /// - Parameters:
  ///   - rows: all of one length.
  ///   - weights: of each row, in the mean and in the covariance; nil for all 1.
  ///   - count: of components; fewer where the rows have no more directions.
  ///   - tolerance: of the energies, relative, at which the iteration ends.
  public init(
    _ rows: [[Double]], weights: [Double]? = nil, count: Int, tolerance: Double = 1e-12
  ) {
    let columns = rows.first?.count ?? 0
    let weights = weights ?? [Double](repeating: 1, count: rows.count)
    let total = weights.reduce(0, +)
    var mean = [Double](repeating: 0, count: columns)
    for (row, weight) in zip(rows, weights) {
      for j in 0..<columns { mean[j] += weight * row[j] }
    }
    if total > 0 { for j in 0..<columns { mean[j] /= total } }
    let centred: [[Double]] = zip(rows, weights).map { row, weight in
      let root = weight.squareRoot()
      return (0..<columns).map { root * (row[$0] - mean[$0]) }
    }
    self.mean = mean
    totalEnergy = centred.reduce(0) { $0 + dot($1, $1) }

    let wanted = min(count, columns, rows.count)
    let size = min(wanted + 8, columns, rows.count)
    var basis = orthonormal(
      (0..<size).map { k in (0..<columns).map { startingNumber(k, $0) } })
    var energies = [Double](repeating: 0, count: basis.count)
    for _ in 0..<500 where !basis.isEmpty {
      // [rows, size] = X Q, then Xᵀ (X Q), and Qᵀ Xᵀ X Q for the Ritz values.
      let projected: [[Double]] = centred.map { row in basis.map { dot(row, $0) } }
      let small: [Double] = (0..<basis.count * basis.count).map { index in
        projected.reduce(0) {
          $0 + $1[index / basis.count] * $1[index % basis.count]
        }
      }
      let eigen = SymmetricEigen(small, size: basis.count)
      let change = zip(eigen.values, energies).prefix(wanted).map { ($0 - $1).magnitude }.max() ?? 0
      energies = eigen.values
      let rotated = eigen.vectors.map { combination(basis, $0) }
      if change <= tolerance * max(totalEnergy, .leastNormalMagnitude) {
        basis = rotated
        break
      }
      var images = [[Double]](repeating: [Double](repeating: 0, count: columns), count: basis.count)
      for (row, numbers) in zip(centred, projected) {
        for k in images.indices {
          let factor = numbers[k]
          for j in 0..<columns { images[k][j] += factor * row[j] }
        }
      }
      basis = orthonormal(eigen.vectors.map { combination(images, $0) })
    }
    components = Array(basis.prefix(wanted))
    self.energies = Array(energies.prefix(min(wanted, basis.count)))
  }

  /// Where a row lies along each component, from the mean.
  public func position(of row: [Double]) -> [Double] {
    components.map { component in
      var sum = 0.0
      for j in row.indices { sum += (row[j] - mean[j]) * component[j] }
      return sum
    }
  }

  /// With the signs of some components turned.
  public func turned(_ signs: [Double]) -> PrincipalComponents {
    PrincipalComponents(
      mean: mean,
      components: zip(components, signs).map { component, sign in component.map { sign * $0 } },
      energies: energies, totalEnergy: totalEnergy)
  }

  private init(
    mean: [Double], components: [[Double]], energies: [Double], totalEnergy: Double
  ) {
    self.mean = mean
    self.components = components
    self.energies = energies
    self.totalEnergy = totalEnergy
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

private func combination(_ vectors: [[Double]], _ factors: [Double]) -> [Double] {
  var sum = [Double](repeating: 0, count: vectors.first?.count ?? 0)
  for (vector, factor) in zip(vectors, factors) {
    for j in sum.indices { sum[j] += factor * vector[j] }
  }
  return sum
}

/// By Gram and Schmidt, twice; vectors that depend on those before them are left out.
private func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
  var basis: [[Double]] = []
  for vector in vectors {
    var rest = vector
    let size = dot(vector, vector).squareRoot()
    for _ in 0..<2 {
      for unit in basis {
        let part = dot(rest, unit)
        for j in rest.indices { rest[j] -= part * unit[j] }
      }
    }
    let left = dot(rest, rest).squareRoot()
    if left > 1e-12 * size, left > 0 { basis.append(rest.map { $0 / left }) }
  }
  return basis
}

/// Any numbers without structure do to start from; the same every time.
private func startingNumber(_ k: Int, _ j: Int) -> Double {
  var z = UInt64(truncatingIfNeeded: k &* 0x1_0001 &+ j) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return Double((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1
}
