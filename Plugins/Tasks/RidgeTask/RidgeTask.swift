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
  @Option("eigenvalues of the covariance of x: those of `spectrum`, or D, D - 1, …, 1")
  var covariance = Covariance.spectrum
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
  @Option(
    "the pairs of a prompt: all N, or D + 1 whose second moments have the law of those of N")
  var pairs = ContextPairs.all
  @Option(
    "what is scored: the prediction; or the weights of a prediction that is linear in the query, "
      + "against the posterior mean of w")
  var score = Score.prediction
  @Option("targets carry noise as labels do") var noisyTargets = true
  @Option(
    "M, the number of different w in a run, nested in M; 0: a new w for every prompt", 0...1_048_576
  )
  var tasks = 0
  @Option("where those w come from: the run's random stream, or SplitMix64 of pool-seed")
  var pool = TaskPool.run
  @Option("pool=split-mix: its seed, the same for every run", 0...9_007_199_254_740_991)
  var poolSeed = 12345
  @Option("which w prompts have: any of the M, a new one each, or the first of the M")
  var drawn = DrawnTask.set
  @Option(
    "P, the size of the fixed set that run.prompts walks through; 0: there is none", 0...1 << 24)
  var setSize = 0
  @Option("the w of the fixed set have mean 0 and covariance τ² I, exactly") var whitenedTasks =
    false
  @Option("at each position the x of the fixed set have mean 0, exactly") var centredInputs = false
  @Option("p, the fraction of prompts that have a w of their own; the others have the run's", 0...1)
  var inContextFraction = 1.0
  @Option(
    "what precedes the query of a prompt with the run's w: its labels, or noise of variance 1")
  var context = FixedTaskContext.informative

  func signature() throws -> Signature {
    _ = try eigenvalues()
    try checkSet()
    try checkPairs()
    try checkScore()
    return .regression(
      contextLength: shownPairs, inputDimension: dimension, outputDimension: outputDimension,
      scoring: scoring == .query ? .query : .everyPrefix,
      latents: [.init("w", .latent, [dimension, outputDimension])]
        + (noise == .fixed ? [] : [.init("noise-deviation", .latent, [1])])
        + (drawsNumber ? [.init("task", .latent, [1])] : [])
        + (hasFixedTask ? [.init("is-fixed-task", .latent, [1])] : []),
      properties: ["prior-variance": priorVariance]
        .merging(try noiseProperties()) { first, _ in first }
        .merging(poolProperties) { first, _ in first }
        .merging(setSize == 0 ? [:] : ["set-size": Double(setSize)]) { first, _ in first }
        .merging(pairs == .all ? [:] : ["pairs": Double(contextLength)]) { first, _ in first })
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    let n = shownPairs
    let scales = graph.constant(try eigenvalues().map { $0.squareRoot() }, [dimension])
    let gram = pairs == .gram ? drawGramPairs(graph) : nil
    var x =
      scales
      * (gram.map {
        concatenate([$0.x, graph.normal("ridge.x", [1, dimension], per: .prompt)], axis: 0)
      } ?? drawInputs(graph))
    if basis == .random {
      x = einsum("nd,ed->ne", x, graph.orthogonal("ridge.basis", dimension))
    }
    let task = drawsNumber ? drawTask(graph) : nil
    var w =
      task.map { weights(of: $0, graph) }
      ?? (drawn == .first ? firstTask(graph) : drawWeights(graph))
    let isFixed = hasFixedTask ? drawIsFixed(graph) : nil
    if let isFixed { w = isFixed.choosing(fixedTask(graph), else: w) }
    let clean = einsum("nd,do->no", x, w)
    let deviation = noise == .fixed ? nil : drawDeviation(graph)
    var labels = clean
    if noise != .fixed || noiseVariance > 0 {
      let unit =
        gram.map {
          concatenate([$0.noise, graph.normal("ridge.noise", [1, 1], per: .prompt)], axis: 0)
        } ?? graph.normal("ridge.noise", [n + 1, outputDimension], per: .prompt)
      labels = clean + (deviation ?? graph.constant(noiseVariance.squareRoot())) * unit
    }
    var y = labels[0..<n]
    if let isFixed, context == .noise {
      y = isFixed.choosing(
        graph.normal("ridge.context", [n, outputDimension], per: .prompt), else: y)
    }
    let scored = noisyTargets ? labels : clean
    let target = scoring == .query ? scored[n..<n + 1] : scored
    // A KeyValuePairs is a literal, so each combination of latents is one.
    switch (deviation, task, isFixed) {
    case (nil, nil, nil): return ["x": x, "y": y, "target": target, "w": w]
    case (nil, nil, let isFixed?):
      return ["x": x, "y": y, "target": target, "w": w, "is-fixed-task": isFixed]
    case (nil, let task?, _):
      return ["x": x, "y": y, "target": target, "w": w, "task": task]
    case (let deviation?, nil, nil):
      return ["x": x, "y": y, "target": target, "w": w, "noise-deviation": deviation]
    case (let deviation?, nil, let isFixed?):
      return [
        "x": x, "y": y, "target": target, "w": w, "noise-deviation": deviation,
        "is-fixed-task": isFixed,
      ]
    case (let deviation?, let task?, _):
      return [
        "x": x, "y": y, "target": target, "w": w, "noise-deviation": deviation, "task": task,
      ]
    }
  }

  /// The posterior mean of the target given the noise level: ridge regression, whatever the
  /// covariance of x; among M tasks, their mean by likelihood. It is told which prompts have the
  /// run's w. Of the first task alone, that task.
  func oracle(_ graph: Graph) throws -> Tensor {
    let signature = try signature()
    if drawn == .first {
      return einsum(
        "nd,do->no", graph.input("x")[contextLength + 1 - signature.positions..<contextLength + 1],
        firstTask(graph))
    }
    if drawsNumber {
      return graph.taskPosterior(
        for: signature, tasks: taskSet(graph),
        noiseVariance: maximum(variance(graph), least(graph)))
    }
    let ridge = graph.ridgeRegression(for: signature, penalty: penalty(graph))
    guard hasFixedTask else { return ridge }
    let n = contextLength
    let known = einsum(
      "nd,do->no", graph.input("x")[n + 1 - signature.positions..<n + 1],
      fixedTask(graph))
    return graph.input("is-fixed-task").choosing(known, else: ridge)
  }

  /// σ² of this prompt.
  private func variance(_ graph: Graph) -> Tensor {
    noise == .fixed
      ? graph.constant(noiseVariance) : graph.input("noise-deviation").squared()
  }

  /// σ²/τ² of this prompt.
  func penalty(_ graph: Graph) -> Tensor {
    maximum(variance(graph) / priorVariance, least(graph))
  }

  /// Keeps prompts without noise solvable in single precision.
  private func least(_ graph: Graph) -> Tensor { graph.constant(1e-5) }

  func eigenvalues() throws -> [Double] {
    let values =
      covariance == .linear
      ? (1...dimension).reversed().map(Double.init)
      : spectrum.isEmpty ? [Double](repeating: 1, count: dimension) : spectrum
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

enum Covariance: String, OptionChoice { case spectrum, linear }
enum FixedTaskContext: String, OptionChoice { case informative, noise }
enum TaskPool: String, OptionChoice {
  case run
  case splitMix = "split-mix"
}
enum DrawnTask: String, OptionChoice { case set, fresh, first }
enum Basis: String, OptionChoice { case standard, random }
enum ScoredPositions: String, OptionChoice {
  case query
  case everyPrefix = "every-prefix"
}
