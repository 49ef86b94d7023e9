import ICLKit

/// In-context linear regression without noise, y = xᵀ W, with many laws of x; half the mean loss.
///
/// von Oswald et al. 2023 (arXiv 2212.07677) and Sushma et al. 2024 (arXiv 2410.11687).
struct ContextRegression: Task, TaskWithLoss {
  static let id = "context-regression"
  static let summary = "linear regression with uniform inputs, other input laws, corrupted labels"

  @Option("D, the length of x", 1...65536) var dimension = 10
  @Option("N, the number of context pairs", 1...1_048_576) var contextLength = 10
  @Option("O, the length of y", 1...4096) var outputDimension = 1
  @Option("one prediction, for the query; or one at every position") var scoring =
    ScoredPositions.query
  @Option(
    "law of the entries of x; three laws that are divided by the norm of the context, and all")
  var inputs = InputLaw.uniform
  @Option("R: uniform inputs lie within ± R/2", 1e-9...1e9) var inputRange = 1.0
  @Option("α, which multiplies every x", 0...1e9) var inputScale = 1.0
  @Option("s, the standard deviation of each weight", 0...1e9) var weightScale = 1.0
  @Option("labels of the context, at random places, that are replaced by N(0, 1)", 0...65536)
  var corruptedLabels = 0

  func signature() throws -> Signature {
    guard corruptedLabels <= contextLength else {
      throw KitError(
        "\(corruptedLabels) corrupted labels of \(contextLength)", path: "corrupted-labels")
    }
    var properties = ["weight-scale": weightScale, "corrupted-labels": Double(corruptedLabels)]
    if let (variance, kurtosis) = inputs.moments(range: inputRange) {
      properties["input-variance"] = variance * inputScale * inputScale
      properties["input-kurtosis"] = kurtosis
    }
    properties["prior-variance"] = weightScale * weightScale
    properties["noise-variance"] = 0
    return .regression(
      contextLength: contextLength, inputDimension: dimension, outputDimension: outputDimension,
      scoring: scoring == .query ? .query : .everyPrefix,
      latents: [.init("w", .latent, [dimension, outputDimension])], properties: properties)
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    let n = contextLength
    let x = inputScale * drawInputs(graph)
    let w =
      weightScale
      * graph.normal("context-regression.w", [dimension, outputDimension], per: .prompt)
    let labels = einsum("nd,do->no", x, w)
    var y = labels[0..<n]
    if corruptedLabels > 0 {
      let places = graph.permutation("context-regression.places", n, per: .prompt)
      let isCorrupted = places.less(than: graph.constant(Double(corruptedLabels)))
        .reshaped([n, 1]).broadcast(to: [n, outputDimension])
      y = isCorrupted.select(
        graph.normal("context-regression.noise", [n, outputDimension], per: .prompt), else: y)
    }
    let target = scoring == .query ? labels[n..<n + 1] : labels
    return ["x": x, "y": y, "target": target, "w": w]
  }

  /// 1/(2 O) ‖ŷ - y‖² at each position.
  func loss(_ graph: Graph, of predictions: Tensor) -> Tensor {
    0.5 * (predictions - graph.input("target")).squared().mean(axis: -1)
  }
}

enum ScoredPositions: String, OptionChoice {
  case query
  case everyPrefix = "every-prefix"
}
