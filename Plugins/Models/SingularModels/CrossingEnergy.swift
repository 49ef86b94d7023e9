import ICLKit

/// K = w_1^{2a} w_2^{2b} … on the box [-1, 1]ⁿ, from a corner of the minimum at 0.
///
/// Parameters u are free, and w is u folded at ±1, so that Langevin dynamics of u is that of w
/// reflected at the walls: w = |(u + 3) mod 4 - 2| - 1.
struct CrossingEnergy: Model {
  static let id = "crossing-energy"
  static let summary = "Π w^(2a) on a box: normal crossings, whose learning coefficient is known"

  @Option("a of each parameter; 0 leaves it out", 0...32) var powers: [Double] = [1, 1]
  @Option("crossings side by side, whose energies are summed: as many chains in one", 1...1_000_000)
  var copies = 1

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard powers.contains(where: { $0 > 0 }), powers.allSatisfy({ $0 == $0.rounded() }) else {
      throw KitError(
        "powers must be whole numbers and one above 0, found \(powers)", path: "powers")
    }
    let u = graph.parameter("u", initial: graph.zeros([copies, powers.count]))
    let turned = u + 3 - 4 * ((u + 3) / 4).floor()
    let w = (turned - 2).magnitude() - 1
    var energy: Tensor?
    for (place, power) in powers.enumerated() where power > 0 {
      let factor = w.slice(place..<place + 1, axis: 1).evenPower(2 * Int(power))
      energy = energy.map { $0 * factor } ?? factor
    }
    return graph.prediction(ofEnergy: (energy ?? graph.zeros([copies, 1])).sum())
  }
}
