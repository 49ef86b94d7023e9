import ICLKit

/// In-context linear regression: y_j = wᵀ x_j + ε_j with w and ε drawn anew for every prompt.
///
/// x_j ~ N(0, Λ), w ~ N(0, τ² I) in each output or one of M such tasks, ε ~ N(0, σ²) with σ fixed or
/// drawn for the prompt. Targets are noisy as well, unless asked for without.
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
  @Option("how the noise of a prompt is drawn: the same for all, or a level for each")
  var noise = NoiseLaw.fixed
  @Option("noise=uniform: the standard deviation σ is uniform up to this", 0...1e6)
  var noiseMaximum = 5.0
  @Option("noise=categorical: the standard deviations σ, equally likely", 0...1e6)
  var noiseLevels: [Double] = [1, 3]
  @Option("targets carry noise as labels do") var noisyTargets = true
  @Option(
    "M, the number of different w in a run, nested in M; 0: a new w for every prompt", 0...1_048_576
  )
  var tasks = 0

  func signature() throws -> Signature {
    _ = try eigenvalues()
    let variance = try meanNoiseVariance()
    return .regression(
      contextLength: contextLength, inputDimension: dimension, outputDimension: outputDimension,
      scoring: scoring == .query ? .query : .everyPrefix,
      latents: [.init("w", .latent, [dimension, outputDimension])]
        + (noise == .fixed ? [] : [.init("noise-deviation", .latent, [1])])
        + (tasks == 0 ? [] : [.init("task", .latent, [1])]),
      properties: ["noise-variance": variance, "prior-variance": priorVariance]
        .merging(tasks == 0 ? [:] : ["tasks": Double(tasks)]) { first, _ in first })
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    let n = contextLength
    let scales = graph.constant(try eigenvalues().map { $0.squareRoot() }, [dimension])
    var x = scales * graph.normal("ridge.x", [n + 1, dimension], per: .prompt)
    if basis == .random {
      x = einsum("nd,ed->ne", x, graph.orthogonal("ridge.basis", dimension))
    }
    let task = tasks == 0 ? nil : drawTask(graph)
    let w = task.map { weights(of: $0, graph) } ?? drawWeights(graph)
    let clean = einsum("nd,do->no", x, w)
    let deviation = noise == .fixed ? nil : drawDeviation(graph)
    var labels = clean
    if noise != .fixed || noiseVariance > 0 {
      let unit = graph.normal("ridge.noise", [n + 1, outputDimension], per: .prompt)
      labels = clean + (deviation ?? graph.constant(noiseVariance.squareRoot())) * unit
    }
    let scored = noisyTargets ? labels : clean
    let target = scoring == .query ? scored[n..<n + 1] : scored
    // A KeyValuePairs is a literal, so each combination is one.
    return switch (deviation, task) {
    case (nil, nil): ["x": x, "y": labels[0..<n], "target": target, "w": w]
    case (let deviation?, nil):
      ["x": x, "y": labels[0..<n], "target": target, "w": w, "noise-deviation": deviation]
    case (nil, let task?): ["x": x, "y": labels[0..<n], "target": target, "w": w, "task": task]
    case (let deviation?, let task?):
      [
        "x": x, "y": labels[0..<n], "target": target, "w": w, "noise-deviation": deviation,
        "task": task,
      ]
    }
  }

  /// The posterior mean of the target given the noise level: ridge regression, whatever the
  /// covariance of x; among M tasks, their mean by likelihood.
  func oracle(_ graph: Graph) throws -> Tensor {
    let signature = try signature()
    let variance =
      noise == .fixed
      ? graph.constant(noiseVariance) : graph.input("noise-deviation").squared()
    if tasks > 0 {
      return graph.taskPosterior(
        for: signature, tasks: taskSet(graph), noiseVariance: maximum(variance, least(graph)))
    }
    return graph.ridgeRegression(
      for: signature, penalty: maximum(variance / priorVariance, least(graph)))
  }

  /// Keeps prompts without noise solvable in single precision.
  private func least(_ graph: Graph) -> Tensor { graph.constant(1e-5) }

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
