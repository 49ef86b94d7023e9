import ICLKit
import ImplicitRegression

/// The parameters of `linear-transformer`, layer by layer, for sums that are not divided by n.
struct TransformerWeights {
  struct LayerWeights {
    /// ω_xx, ω_xy, ω_yx, ω_yy; nil for full matrices.
    var omega: [Double]?
    var layer: Layer
  }

  var layers: [LayerWeights] = []

  init(_ snapshot: Snapshot, _ task: Signature) throws {
    let d = task.inputDimension
    let n = task.properties["pairs"] ?? Double(task.contextLength)
    let isMean = snapshot.setting("model", "context-sum")?.text != "sum"
    let factor = isMean ? 1 / n : 1
    func matrices(_ parameter: Snapshot.Parameter) -> [Matrix] {
      let size = (d + 1) * (d + 1)
      return (0..<parameter.values.count / size).map {
        Matrix(d + 1, d + 1, Array(parameter.values[$0 * size..<($0 + 1) * size]))
      }
    }
    while true {
      let name = "layers.\(layers.count)"
      let (p, q) = (snapshot.parameter("\(name).P"), snapshot.parameter("\(name).Q"))
      var omega: [Double]?
      if let free = snapshot.parameter("\(name).omega") {
        omega = free.values
      } else if let p, p.shape.last == 2 {
        let heads = p.values.count / 2
        let identity: [Double] = (0..<heads).flatMap { _ in [1.0, 0] }
        let right: [Double] = q?.values ?? identity
        var sums = [0.0, 0, 0, 0]
        for entry in 0..<4 {
          for head in 0..<heads {
            let (row, column) = (2 * head + entry / 2, 2 * head + entry % 2)
            sums[entry] += p.values[row] * right[column]
          }
        }
        omega = sums
      }
      if let omega {
        let scaled = omega.map { factor * $0 }
        layers.append(LayerWeights(omega: scaled, layer: Layer(omega: scaled, dimension: d)))
      } else if let p, let q, p.shape.last == d + 1 {
        // Half of the factor on each side keeps their norms together.
        let root = factor.squareRoot()
        let heads = zip(matrices(p), matrices(q)).map { (p: root * $0, q: root * $1) }
        layers.append(LayerWeights(omega: nil, layer: Layer(heads: heads)))
      } else {
        break
      }
    }
    guard !layers.isEmpty else {
      throw KitError(
        "the model has no parameters layers.0.P or layers.0.omega; linear-transformer has",
        path: "layers.0.P", code: .unsupported)
    }
  }
}

extension Chunk {
  /// The context of a prompt; nil unless inputs were asked for.
  func context(_ prompt: Int, _ task: Signature) -> Context? {
    guard let x = input("x"), let y = input("y") else { return nil }
    let (n, d) = (task.contextLength, task.inputDimension)
    let rows = prompt * (n + 1) * d
    return Context(
      x: Array(x[rows..<rows + n * d]), y: Array(y[prompt * n..<(prompt + 1) * n]), dimension: d)
  }

  /// x_q of a prompt.
  func query(_ prompt: Int, _ task: Signature) -> [Double]? {
    let (n, d) = (task.contextLength, task.inputDimension)
    return input("x").map { Array($0[(prompt * (n + 1) + n) * d..<(prompt + 1) * (n + 1) * d]) }
  }
}
