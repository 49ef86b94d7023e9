import ICLKit
import ImplicitRegression

/// Where the implicit regression of each layer stands, as means over prompts: the scale a, the sizes of
/// the momentum |u| and of the preconditioning |M - I|, and the cosine between w and a w* of least
/// squares.
struct LayerStates {
  private let dimension: Int
  private var prompts = 0
  private var sums: [String: [Double]] = [:]

  init(_ dimension: Int) { self.dimension = dimension }

  mutating func add(_ layers: [ImplicitModel], leastSquares: Matrix) {
    prompts += 1
    let identity = Matrix.identity(dimension)
    for (place, model) in layers.enumerated() {
      let aim = model.scale * leastSquares
      let sizes = model.weights.norm * aim.norm
      for (name, value) in [
        ("mean-scale", model.scale), ("momentum-size", model.momentum.norm),
        ("map-distance", (model.map - identity).norm),
        ("direction", sizes > 0 ? dot(model.weights, aim) / sizes : 0),
      ] {
        sums[name, default: layers.map { _ in 0 }][place] += value
      }
    }
  }

  func report(_ report: Report) {
    for (name, values) in sums.sorted(by: { $0.key < $1.key }) {
      report.vector(name, values.map { $0 / Double(prompts) }, axis: "layer", firstIndex: 1)
    }
  }
}
