import ICLKit

/// One softmax over input positions for each output, with the identity as value.
///
///     z = x softmax(W),   ŷ = φ(z)
/// with the softmax down each column of W [D, t], which starts at 0. Scores depend on the position
/// alone, never on the bits. Hu, Zhang, Su, Song and Liu 2025 (arXiv 2505.19531); φ: Kim and Suzuki
/// 2024 (arXiv 2410.08633).
struct SoftmaxMixer: Model {
  static let id = "softmax-mixer"
  static let summary = "minimal softmax attention: position weights alone, one column an output"

  @Option("ŷ = z, or φ(z) for parity of ±1") var link = Link.identity

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard task.positions == 1 else {
      throw KitError(
        "softmax-mixer predicts for one position, the task scores \(task.positions)",
        path: "scoring", code: .unsupported)
    }
    let x = graph.input("x")
    let query = x[x.extent(0) - 1..<x.extent(0)]
    let scores = graph.parameter(
      "W", initial: graph.zeros([task.inputDimension, task.outputDimension]))
    let z = einsum("pd,dt->pt", query, scores.softmax(axis: 0).named("attention")).named("mixed")
    return (link == .identity ? z : phi(z)).named("prediction")
  }

  /// 4 t² - 1 where |t| < 1/2, else -4 t² + 8 |t| - 3: even, flat at 0 and ±1.
  private func phi(_ t: Tensor) -> Tensor {
    let square = 4 * t.squared()
    let size = t.magnitude()
    return size.less(than: t.graph.constant(0.5)).select(square - 1, else: 8 * size - square - 3)
  }
}

enum Link: String, OptionChoice { case identity, phi }
