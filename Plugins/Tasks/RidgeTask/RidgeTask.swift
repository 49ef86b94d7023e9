import ICLKit

/// In-context linear regression: y_j = wᵀ x_j + ε_j with w and ε drawn anew for every prompt.
///
/// x_j ~ N(0, Λ), w ~ N(0, τ² I) in each output, ε ~ N(0, σ²). Targets are noisy as well.
struct RidgeTask: Task, TaskWithOracle {
  static let id = "ridge"
  static let summary = "in-context linear regression with a Gaussian prior and noise"

  @Option("D, the length of x", 1...65536) var dimension = 8
  @Option("N, the number of context pairs", 1...65536) var contextLength = 16
  @Option("O, the length of y", 1...4096) var outputDimension = 1
  @Option("variance σ² of the noise on every label", 0...1e12) var noiseVariance = 0.25
  @Option("variance τ² of each weight", 1e-12...1e12) var priorVariance = 1.0
  @Option("eigenvalues of the covariance of x, one for each dimension; empty: all 1", 0...1e12)
  var spectrum: [Double] = []
  @Option("divide the eigenvalues by their sum") var traceNormalised = false
  @Option("eigenvectors of the covariance of x: the axes, or a rotation drawn once a run")
  var basis = Basis.standard
  @Option("one prediction, for the query; or one at every position") var scoring =
    ScoredPositions.everyPrefix

  func signature() throws -> Signature {
    _ = try eigenvalues()
    return .regression(
      contextLength: contextLength, inputDimension: dimension, outputDimension: outputDimension,
      scoring: scoring == .query ? .query : .everyPrefix,
      latents: [.init("w", .latent, [dimension, outputDimension])],
      properties: ["noise-variance": noiseVariance, "prior-variance": priorVariance])
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    let n = contextLength
    let scales = graph.constant(try eigenvalues().map { $0.squareRoot() }, [dimension])
    var x = scales * graph.normal("ridge.x", [n + 1, dimension], per: .prompt)
    if basis == .random {
      x = einsum("nd,ed->ne", x, graph.orthogonal("ridge.basis", dimension))
    }
    let w =
      priorVariance.squareRoot()
      * graph.normal("ridge.w", [dimension, outputDimension], per: .prompt)
    var labels = einsum("nd,do->no", x, w)
    if noiseVariance > 0 {
      let noise = graph.normal("ridge.noise", [n + 1, outputDimension], per: .prompt)
      labels = labels + noiseVariance.squareRoot() * noise
    }
    let target = scoring == .query ? labels[n..<n + 1] : labels
    return ["x": x, "y": labels[0..<n], "target": target, "w": w]
  }

  /// The posterior mean of the target: ridge regression, whatever the covariance of x.
  func oracle(_ graph: Graph) throws -> Tensor {
    graph.ridgeRegression(
      for: try signature(), penalty: max(noiseVariance / priorVariance, 1e-5))
  }

  private func eigenvalues() throws -> [Double] {
    let values = spectrum.isEmpty ? [Double](repeating: 1, count: dimension) : spectrum
    guard values.count == dimension else {
      throw KitError(
        "\(values.count) eigenvalues for dimension \(dimension): give one for each",
        path: "spectrum")
    }
    let trace = values.reduce(0, +)
    guard trace > 0 else { throw KitError("an eigenvalue must be above 0", path: "spectrum") }
    return traceNormalised ? values.map { $0 / trace } : values
  }
}

enum Basis: String, OptionChoice { case standard, random }
enum ScoredPositions: String, OptionChoice {
  case query
  case everyPrefix = "every-prefix"
}
