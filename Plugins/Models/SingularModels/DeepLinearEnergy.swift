import ICLKit

/// K = ½ |W_L … W_1 - T|² with T = r leading unit diagonals, from W_l = the same.
///
/// Two matrices are reduced-rank regression with white inputs, at a true map of rank r.
struct DeepLinearEnergy: Model {
  static let id = "deep-linear-energy"
  static let summary = "½ |W_L … W_1 - T|²: reduced-rank regression and deep linear networks"

  @Option("widths of the layers, the inputs first", 1...1024) var widths: [Double] = [2, 2, 2]
  @Option("r, the rank of the true map", 0...1024) var rank = 1
  @Option("networks side by side, whose energies are summed: as many chains in one", 1...1_000_000)
  var copies = 1

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let widths = widths.map { Int($0) }
    guard widths.count >= 2 else {
      throw KitError("expected at least two widths, found \(widths)", path: "widths")
    }
    guard let least = widths.min(), rank <= least else {
      throw KitError("rank \(rank) does not fit the widths \(widths)", path: "rank")
    }
    func diagonal(_ shape: [Int]) -> Tensor {
      let r = rank
      return graph.constant(shape) { $0[1] == $0[2] && $0[1] < r ? 1 : 0 }
    }
    var map: Tensor?
    for layer in 1..<widths.count {
      let weight = graph.parameter(
        "layers.\(layer)", initial: diagonal([copies, widths[layer], widths[layer - 1]]))
      map = map.map { einsum("cij,cjk->cik", weight, $0) } ?? weight
    }
    let target = diagonal([copies, widths[widths.count - 1], widths[0]])
    let difference = (map ?? target) - target
    return graph.prediction(ofEnergy: 0.5 * difference.squared().sum())
  }
}
