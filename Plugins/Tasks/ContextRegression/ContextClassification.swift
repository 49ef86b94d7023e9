import ICLKit

/// In-context classification by a linear rule: the class is the largest entry of xᵀ W; cross-entropy.
///
/// Labels are one-hot, less 1/K where they are centred; targets are one-hot, predictions are logits.
struct ContextClassification: Task, TaskWithLoss {
  static let id = "context-classification"
  static let summary = "classification by a random linear rule, with cross-entropy"

  @Option("D, the length of x", 1...65536) var dimension = 10
  @Option("N, the number of context pairs", 1...65536) var contextLength = 40
  @Option("K, the number of classes", 2...4096) var classes = 3
  @Option("R: inputs lie within ± R/2", 1e-9...1e9) var inputRange = 2.0
  @Option("labels less 1/K, which is what descent on cross-entropy from zero reads")
  var centredLabels = true
  @Option("one prediction, for the query; or one at every position") var scoring =
    ScoredPositions.query

  func signature() -> Signature {
    .regression(
      contextLength: contextLength, inputDimension: dimension, outputDimension: classes,
      scoring: scoring == .query ? .query : .everyPrefix,
      latents: [.init("w", .latent, [dimension, classes])],
      properties: [
        "input-variance": inputRange * inputRange / 12, "input-kurtosis": 1.8,
        "classes": Double(classes), "label-shift": centredLabels ? 1 / Double(classes) : 0,
      ])
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    let n = contextLength
    let x =
      inputRange
      * (graph.uniform("context-classification.x", [n + 1, dimension], per: .prompt) - 0.5)
    let w = graph.normal("context-classification.w", [dimension, classes], per: .prompt)
    let scores = einsum("nd,dk->nk", x, w)
    let labels = scores.equal(to: scores.max(axis: -1, keepAxis: true))
    let shift = centredLabels ? 1 / Double(classes) : 0
    return [
      "x": x, "y": labels[0..<n] - shift,
      "target": scoring == .query ? labels[n..<n + 1] : labels, "w": w,
    ]
  }

  /// -log softmax of the right class at each position.
  func loss(_ graph: Graph, of predictions: Tensor) -> Tensor {
    let shifted = predictions - predictions.max(axis: -1, keepAxis: true)
    let total = shifted.exp().sum(axis: -1).log()
    return total - (shifted * graph.input("target")).sum(axis: -1)
  }
}
