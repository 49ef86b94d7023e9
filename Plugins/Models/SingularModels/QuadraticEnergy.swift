import ICLKit

/// K = ½ Σ h_i |w_i - c|^{p_i} from w = 0, with normal noise of a given variance on the gradient.
struct QuadraticEnergy: Model {
  static let id = "quadratic-energy"
  static let summary = "½ Σ h |w - c|^p: wells whose learning coefficient is known"

  @Option("h, one for each parameter", 0...1e12) var curvatures: [Double] = [1]
  @Option("p, one for each parameter; empty: all 2", 1...64) var powers: [Double] = []
  @Option("c, where the minimum is", -1e6...1e6) var minimum = 0.0
  @Option("variance of the noise on each component of the gradient", 0...1e12)
  var gradientVariance = 0.0
  @Option("wells side by side, whose energies are summed: as many chains in one", 1...1_000_000)
  var copies = 1

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let count = curvatures.count
    guard powers.isEmpty || powers.count == count else {
      throw KitError("\(powers.count) powers for \(count) curvatures", path: "powers")
    }
    let w = graph.parameter("w", initial: graph.zeros([copies, count]))
    let h = graph.constant(curvatures, [count])
    let distance = w - minimum
    var energy = 0.5 * (h * distance.squared()).sum()
    if !powers.isEmpty {
      guard powers.allSatisfy({ $0 == ($0 / 2).rounded() * 2 }) else {
        throw KitError("powers must be even whole numbers, found \(powers)", path: "powers")
      }
      energy = graph.zeros([])
      for (place, power) in powers.enumerated() {
        let column = distance.slice(place..<place + 1, axis: 1)
        energy = energy + 0.5 * curvatures[place] * column.evenPower(Int(power)).sum()
      }
    }
    let result = graph.prediction(ofEnergy: energy)
    guard gradientVariance > 0 else { return result }
    guard task.inputDimension == copies * count else {
      throw KitError(
        "noise on \(copies * count) components needs as many normal numbers, and the task has "
          + "\(task.inputDimension): set task.dimension=\(copies * count)",
        path: "gradient-variance")
    }
    let noise = graph.input("x")[1..<2]
    let slope = einsum("qd,do->qo", noise, w.reshaped([copies * count, 1]))
    return result + gradientVariance.squareRoot() * slope
  }
}

extension Tensor {
  /// x^p for even p ≥ 2, by squares.
  func evenPower(_ power: Int) -> Tensor {
    let square = squared()
    if power == 2 { return square }
    let half = power / 2
    if half % 2 == 0 { return square.evenPower(half) }
    return half == 1 ? square : square * square.evenPower(half - 1)
  }
}
