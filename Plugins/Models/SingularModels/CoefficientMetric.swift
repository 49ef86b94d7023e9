import ICLKit
import LearningCoefficients

/// The learning coefficient that theory gives for a model of this plugin, and what an estimator must
/// return at a finite inverse temperature.
struct CoefficientMetric: Metric {
  static let id = "learning-coefficient"
  static let summary = "learning coefficient in theory, and what sampling must return"
  static let needs: MetricNeeds = []

  @Option("nβ of the sampling", 1e-12...1e15) var inverseTemperature = 100.0
  @Option("γ of the sampling", 0...1e12) var localization = 1.0
  @Option("ε of the sampling", 0...1e6) var learningRate = 1e-3

  func begin(_ task: Signature) -> any Accumulator { Coefficient(self) }
}

private final class Coefficient: Accumulator {
  private let metric: CoefficientMetric
  private var values: [(name: String, value: Double)] = []

  init(_ metric: CoefficientMetric) { self.metric = metric }

  func observe(_ snapshot: Snapshot) throws {
    func numbers(_ name: String) -> [Double]? {
      snapshot.setting("model", name).map { setting in
        setting.text.split { !"0123456789.eE+-".contains($0) }.compactMap { Double($0) }
      }
    }
    let n = metric.inverseTemperature
    var coefficient: LearningCoefficient?
    if let widths = numbers("widths"), let rank = snapshot.setting("model", "rank")?.value {
      coefficient = deepLinearCoefficient(widths: widths.map { Int($0) }, rank: Int(rank))
    } else if let curvatures = numbers("curvatures"), let powers = numbers("powers") {
      if powers.isEmpty {
        let well = QuadraticWell(
          curvatures: curvatures, inverseTemperature: n, localization: metric.localization)
        coefficient = well.coefficient
        let noise = snapshot.setting("model", "gradient-variance")?.value ?? 0
        values.append(("theory.gibbs", well.gibbs))
        values.append(
          (
            "theory.langevin",
            well.langevin(stepSize: metric.learningRate, gradientVariance: noise)
          ))
      } else {
        coefficient = monomialCoefficient(powers: powers.map { Int($0) })
      }
    } else if let powers = numbers("powers"), powers.count == 2 {
      let crossing = NormalCrossing(Int(powers[0]), Int(powers[1]))
      coefficient = crossing.coefficient
      values.append(("theory.gibbs", crossing.expectation(inverseTemperature: n)))
    }
    guard let coefficient else {
      throw KitError(
        "no theory is known for this model: it is for the energies of this plugin",
        path: "model", code: .unsupported)
    }
    values.append(("theory.coefficient", coefficient.value))
    values.append(("theory.multiplicity", Double(coefficient.multiplicity)))
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) {
    for (name, value) in values { report.scalar(name, value) }
  }
}
