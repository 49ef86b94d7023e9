import LearningCoefficients
import Testing

/// The tables of the specification of arXiv 2501.17745, which were made by other programs.
@Suite struct LearningCoefficientTests {
  static let reducedRank: [([Int], Double, Int)] = [
    ([1, 1, 1, 0], 0.5, 2), ([1, 1, 1, 1], 0.5, 1), ([2, 1, 2, 0], 1, 2), ([2, 2, 2, 0], 1.5, 1),
    ([2, 2, 2, 1], 2, 2), ([2, 2, 2, 2], 2, 1), ([3, 2, 3, 0], 2.5, 1), ([3, 2, 3, 1], 3.5, 2),
    ([3, 2, 3, 2], 4, 1), ([5, 3, 5, 0], 6.5, 2), ([5, 3, 5, 2], 9.5, 2), ([4, 3, 8, 1], 8.5, 1),
    ([8, 3, 4, 1], 8.5, 1), ([3, 8, 4, 0], 6, 1), ([10, 6, 10, 3], 35, 2),
  ]

  @Test(arguments: reducedRank) func reducedRankRegression(_ row: ([Int], Double, Int)) {
    let (n, value, multiplicity) = row
    let found = reducedRankCoefficient(inputs: n[0], hidden: n[1], outputs: n[2], rank: n[3])
    #expect(found == LearningCoefficient(value, multiplicity: multiplicity))
  }

  static let deep: [([Int], Int, Double, Int)] = [
    ([1, 1, 1, 1], 0, 0.5, 3), ([2, 2, 2, 2], 0, 1.5, 3), ([2, 2, 2, 2], 1, 2, 3),
    ([3, 3, 3, 3], 1, 4, 3), ([4, 3, 2, 3, 4], 1, 4.5, 2), ([5, 5, 5, 5, 5], 2, 11, 4),
    ([10, 8, 6, 8, 10], 3, 32, 2), ([3, 1, 3, 1, 3], 0, 0.5, 1),
  ]

  @Test(arguments: deep) func deepLinearNetworks(_ row: ([Int], Int, Double, Int)) {
    let found = deepLinearCoefficient(widths: row.0, rank: row.1)
    #expect(abs(found.value - row.2) < 1e-12 && found.multiplicity == row.3)
  }

  /// Two published theorems for the same models: all sizes up to 7.
  @Test func bothTheoremsAgree() {
    var cases = 0
    for m in 1...7 {
      for h in 1...7 {
        for n in 1...7 {
          for r in 0...min(m, h, n) {
            let one = reducedRankCoefficient(inputs: m, hidden: h, outputs: n, rank: r)
            let other = deepLinearCoefficient(widths: [m, h, n], rank: r)
            #expect(abs(one.value - other.value) < 1e-12, "\(m) \(h) \(n) \(r)")
            #expect(one.multiplicity == other.multiplicity, "\(m) \(h) \(n) \(r)")
            cases += 1
          }
        }
      }
    }
    #expect(cases == 1127)
  }

  static let crossings: [(Int, Int, Double, Int, [Double])] = [
    (1, 0, 0.5, 1, [0.49992, 0.50000, 0.50000, 0.50000, 0.50000, 0.50000]),
    (1, 1, 0.5, 2, [0.26560, 0.34776, 0.38728, 0.41051, 0.43662, 0.45094]),
    (2, 1, 0.25, 1, [0.15521, 0.20428, 0.22620, 0.23715, 0.24607, 0.24877]),
    (2, 2, 0.25, 2, [0.09686, 0.13678, 0.16019, 0.17558, 0.19458, 0.20585]),
    (3, 1, 1.0 / 6, 1, [0.10886, 0.14211, 0.15570, 0.16167, 0.16560, 0.16644]),
    (3, 3, 1.0 / 6, 2, [0.05086, 0.07524, 0.09114, 0.10233, 0.11703, 0.12627]),
  ]

  @Test(arguments: crossings)
  func normalCrossings(_ row: (Int, Int, Double, Int, [Double])) {
    let crossing = NormalCrossing(row.0, row.1)
    #expect(crossing.coefficient == LearningCoefficient(row.2, multiplicity: row.3))
    for (n, expected) in zip([10, 1e2, 1e3, 1e4, 1e6, 1e8], row.4) {
      #expect(abs(crossing.expectation(inverseTemperature: n) - expected) < 6e-6)
    }
  }

  @Test func quadraticWells() {
    let h = [1, 0.5, 0.1, 0.01, 0]
    func well(_ n: Double, _ pull: Double) -> QuadraticWell {
      QuadraticWell(curvatures: h, inverseTemperature: n, localization: pull)
    }
    #expect(abs(well(1000, 100).gibbs - 1.16667) < 6e-6)
    #expect(abs(well(1000, 100).langevin(stepSize: 1e-4) - 1.18725) < 6e-6)
    #expect(abs(well(100, 1).gibbs - 1.68979) < 6e-6)
    #expect(abs(well(100, 1).langevin(stepSize: 1e-2) - 1.94276) < 6e-6)
    #expect(abs(well(100, 1).langevin(stepSize: 1e-3) - 1.71032) < 6e-6)
    #expect(well(100, 1).coefficient.value == 2)
    #expect(well(100, 1).langevin(stepSize: 0.05) == .infinity)
    let noisy = QuadraticWell(curvatures: [1], inverseTemperature: 100, localization: 1)
    #expect(abs(noisy.langevin(stepSize: 1e-3, gradientVariance: 0.05) - 0.57136) < 6e-6)
    #expect(abs(noisy.langevin(stepSize: 1e-3) - 0.50787) < 6e-6)
    #expect(abs(monomialCoefficient(powers: [4, 6]).value - 5.0 / 12) < 1e-15)
  }
}
