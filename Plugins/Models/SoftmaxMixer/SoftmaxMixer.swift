import ICLKit

/// One softmax over positions for each output, with the identity as value.
///
///     z_m = Σ_j softmax_j(w_m) x_j,   ŷ_m = φ(z_m)
/// with the softmax down each column of W [T, t], which starts at 0. Scores depend on the position
/// alone, never on the bits. Hu, Zhang, Su, Song and Liu 2025 (arXiv 2505.19531); φ and chains: Kim
/// and Suzuki 2024 (arXiv 2410.08633).
struct SoftmaxMixer: Model {
  static let id = "softmax-mixer"
  static let summary = "minimal softmax attention: position weights alone, one column an output"

  @Option("ŷ = z, or φ(z) for parity of ±1") var link = Link.identity
  @Option("tree=full: a node reads all nodes before it, or the levels below it") var mask = Mask
    .causal
  @Option(
    "tree=full: a level gives 0 until each node below it has a weight above this; 0: no filter",
    0...1) var filter = 0.0
  @Option("use the whole numbers nearest to W") var rounded = false

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard task.positions == 1 else {
      throw KitError(
        "softmax-mixer predicts for one position, the task scores \(task.positions)",
        path: "scoring", code: .unsupported)
    }
    if let levels = Levels(task, mask) {
      return chain(graph, levels, isGiven: task.tensors.contains { $0.name == "chain" })
    }
    guard task.contextLength == 0 else {
      throw KitError(
        "softmax-mixer learns from many prompts, not from a context of \(task.contextLength)",
        path: "context-length", code: .unsupported)
    }
    guard filter == 0 else {
      throw KitError("only a tree of nodes has levels to filter", path: "filter")
    }
    let x = graph.input("x")
    let query = x[x.extent(0) - 1..<x.extent(0)]
    let attention = scores(graph, [task.inputDimension, task.outputDimension])
      .softmax(axis: 0).named("attention")
    let z = einsum("pd,dt->pt", query, attention).named("mixed")
    if let support = task.properties["support"] {
      _ = (support / Double(task.outputDimension) * attention.sum(axis: 1)).named("indicator")
    }
    return linked(z).named("prediction")
  }

  func scores(_ graph: Graph, _ shape: [Int]) -> Tensor {
    let trained = graph.parameter("W", initial: graph.zeros(shape))
    // The derivative is that of W itself.
    return rounded ? trained + ((trained + 0.5).floor() - trained).stopGradient() : trained
  }

  func linked(_ z: Tensor) -> Tensor { link == .identity ? z : phi(z) }

  /// 4 t² - 1 where |t| < 1/2, else -4 t² + 8 |t| - 3: even, flat at 0 and ±1.
  private func phi(_ t: Tensor) -> Tensor {
    let square = 4 * t.squared()
    let size = t.magnitude()
    return size.less(than: t.graph.constant(0.5)).select(square - 1, else: 8 * size - square - 3)
  }
}

enum Link: String, OptionChoice { case identity, phi }
enum Mask: String, OptionChoice { case causal, level }
