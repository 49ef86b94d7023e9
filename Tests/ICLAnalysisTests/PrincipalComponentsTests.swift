import Foundation
import ICLAnalysis
import Testing

/// Against numpy.linalg, whose numbers are of the formulas below.
@Suite struct PrincipalComponentsTests {
  private static let rows: [[Double]] = (0..<12).map { i in (0..<7).map { entry(i, $0) } }

  private static func entry(_ i: Int, _ j: Int) -> Double {
    let wave = sin(1 + 0.7 * Double(i * j))
    let ripple = 0.1 * cos(Double(i * i + j))
    return wave + ripple + 0.3 * Double(i * (j % 3))
  }

  @Test func eigenvaluesOfASymmetricMatrix() {
    let matrix: [Double] = (0..<36).map { index in
      let (i, j) = (index / 6, index % 6)
      let diagonal: Double = i == j ? 2 * Double(i) : 0
      return 1 / Double(1 + i + j) + diagonal
    }
    let eigen = SymmetricEigen(matrix, size: 6)
    let expected = [
      10.110689746797073, 8.132068478148108, 6.170817742887199, 4.244565579404917,
      2.4122455391557738, 0.8078235918175982,
    ]
    for (value, exact) in zip(eigen.values, expected) { #expect(abs(value - exact) < 1e-12) }
    // A v = λ v, and unit vectors.
    for (value, vector) in zip(eigen.values, eigen.vectors) {
      for i in 0..<6 {
        let image: Double = (0..<6).reduce(0) { $0 + matrix[i * 6 + $1] * vector[$1] }
        #expect(abs(image - value * vector[i]) < 1e-11)
      }
      let size: Double = vector.reduce(0) { $0 + $1 * $1 }
      #expect(abs(size - 1) < 1e-13)
    }
  }

  @Test func energiesAreSquaresOfSingularValues() {
    let fit = PrincipalComponents(Self.rows, count: 4)
    let expected = [131.82213395448727, 8.985346885819808, 8.245627307905684, 5.223896232783062]
    for (value, exact) in zip(fit.energies, expected) { #expect(abs(value - exact) < 1e-8) }
    #expect(abs(fit.totalEnergy - 159.475451735534) < 1e-10)
    #expect(abs(fit.explained[0] - 0.8265982790448185) < 1e-10)
    // What lies along a component has its energy, and components are orthonormal.
    for (number, energy) in expected.enumerated() {
      let along = Self.rows.reduce(0.0) { $0 + pow(fit.position(of: $1)[number], 2) }
      #expect(abs(along - energy) < 1e-6)
    }
    for a in 0..<4 {
      for b in 0..<4 {
        let product: Double = zip(fit.components[a], fit.components[b]).reduce(0) {
          $0 + $1.0 * $1.1
        }
        #expect(abs(product - (a == b ? 1 : 0)) < 1e-12)
      }
    }
  }

  @Test func rowsCanHaveWeights() {
    let fit = PrincipalComponents(
      Self.rows, weights: (0..<12).map { Double(1 + $0 % 3) }, count: 2)
    for (value, exact) in zip(fit.energies, [253.44989251335167, 18.86658612508634]) {
      #expect(abs(value - exact) < 1e-8)
    }
  }

  /// Rows on a line have one direction; more components than there are directions are left out.
  @Test func fewDirectionsAreFewComponents() {
    let line = (0..<5).map { t in [1.0, 2, 2].map { $0 * Double(t) } }
    let fit = PrincipalComponents(line, count: 3)
    #expect(abs(fit.energies[0] - 90) < 1e-9)
    #expect(abs(abs(fit.components[0][0]) - 1.0 / 3) < 1e-9)
    #expect(fit.energies.dropFirst().allSatisfy { abs($0) < 1e-9 })
    #expect(PrincipalComponents([], count: 2).components.isEmpty)
  }

  @Test func signsCanBeTurned() {
    let fit = PrincipalComponents(Self.rows, count: 2)
    let turned = fit.turned([-1, 1])
    #expect(turned.position(of: Self.rows[3])[0] == -fit.position(of: Self.rows[3])[0])
    #expect(turned.position(of: Self.rows[3])[1] == fit.position(of: Self.rows[3])[1])
  }

  /// The same power at each frequency, and other numbers; without phases it is the series itself
  /// only if its own phases are 0.
  @Test(arguments: [3, 8, 21, 50]) func randomPhasesKeepTheSpectrum(length: Int) {
    let series = (0..<length).map { sin(Double($0 * $0) * 0.3) + 0.2 * Double($0) }
    let randomiser = PhaseRandomised(length: length)
    let phases = (0..<PhaseRandomised.phaseCount(length: length)).map {
      (0.37 * Double($0 + 1)).truncatingRemainder(dividingBy: 1)
    }
    let other = randomiser.series(series, phases: phases)
    func power(_ values: [Double], _ frequency: Int) -> Double {
      let slope = (series[length - 1] - series[0]) / Double(length - 1)
      var (real, imaginary) = (0.0, 0.0)
      for (t, value) in values.enumerated() {
        let angle = 2 * Double.pi * Double(frequency * t) / Double(length)
        real += (value - series[0] - slope * Double(t)) * cos(angle)
        imaginary += (value - series[0] - slope * Double(t)) * sin(angle)
      }
      return real * real + imaginary * imaginary
    }
    for frequency in 0...(length - 1) / 2 {
      #expect(abs(power(series, frequency) - power(other, frequency)) < 1e-8)
    }
    if length > 3 { #expect(zip(series, other).contains { abs($0 - $1) > 0.05 }) }
  }
}
