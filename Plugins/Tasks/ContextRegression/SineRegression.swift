import ICLKit

/// In-context regression of y = a sin(x + φ) for scalar x uniform within ± R/2; half the squared loss.
///
/// a ~ U(0.1, 0.5), φ ~ U(0, π). The published programs use one random number for both, which makes
/// a family of one parameter. von Oswald et al. 2023; Sushma et al. 2024.
struct SineRegression: Task, TaskWithLoss {
  static let id = "sine-regression"
  static let summary = "regression of sine waves of random amplitude and phase"

  @Option("N, the number of context pairs", 1...65536) var contextLength = 10
  @Option("R: inputs lie within ± R/2", 1e-9...1e9) var inputRange = 10.0
  @Option("one random number for amplitude and phase, as in the published programs")
  var sharedPhase = true
  @Option("one prediction, for the query; or one at every position") var scoring =
    ScoredPositions.query

  func signature() -> Signature {
    .regression(
      contextLength: contextLength, inputDimension: 1,
      scoring: scoring == .query ? .query : .everyPrefix,
      latents: [.init("amplitude", .latent, [1]), .init("phase", .latent, [1])],
      properties: ["input-variance": inputRange * inputRange / 12, "input-kurtosis": 1.8])
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    let n = contextLength
    let x = inputRange * (graph.uniform("sine-regression.x", [n + 1, 1], per: .prompt) - 0.5)
    let drawn = graph.uniform("sine-regression.wave", [2], per: .prompt)
    let amplitude = 0.1 + 0.4 * drawn[0..<1]
    let phase = Double.pi * (sharedPhase ? drawn[0..<1] : drawn[1..<2])
    let labels = amplitude.reshaped([1, 1]) * (x + phase.reshaped([1, 1])).sin()
    return [
      "x": x, "y": labels[0..<n], "target": scoring == .query ? labels[n..<n + 1] : labels,
      "amplitude": amplitude, "phase": phase,
    ]
  }

  func loss(_ graph: Graph, of predictions: Tensor) -> Tensor {
    0.5 * (predictions - graph.input("target")).squared().mean(axis: -1)
  }
}
