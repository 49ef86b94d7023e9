import ICLKit

/// The population of noise-free in-context regression, as 4 D² prompts of equal weight.
///
/// A linear attention without the blocks that mix inputs with labels reads β = 1/N Σ y_j x_j, the
/// query x and its label y. Its expected loss depends only on
///     E[x xᵀ ⊗ β βᵀ] = Λ ⊗ S,  E[y β xᵀ] = Λ²,  E[y²] = tr Λ,  S = Λ (Λ + (Λ + tr Λ) / N)
/// and these hold exactly for the mean over the prompts. So full-batch gradient descent on them is
/// descent on the population. Signs are balanced, so blocks that start at zero stay there.
struct RidgePopulation: Task {
  static let id = "ridge-population"
  static let summary = "the population of in-context linear regression as a few exact prompts"

  @Option("D, the length of x", 1...256) var dimension = 8
  @Option("N, the number of context pairs", 1...65536) var contextLength = 16
  @Option("eigenvalues of the covariance of x: those of `spectrum`, or D, D - 1, …, 1")
  var covariance = Covariance.spectrum
  @Option("eigenvalues of the covariance of x, one for each dimension; empty: all 1", 0...1e12)
  var spectrum: [Double] = []
  @Option("divide the eigenvalues by their sum") var traceNormalised = false
  @Option("eigenvectors of the covariance of x: the axes, or a rotation drawn once a run")
  var basis = Basis.standard
  @Option(
    "whether the context has N pairs, or 1 to N at equal weights, divided by the pairs or tokens")
  var contexts = ContextLengths.full

  func signature() throws -> Signature {
    _ = try moments()
    return .regression(
      contextLength: contextLength, inputDimension: dimension, scoring: .query,
      properties: ["set-size": Double(4 * dimension * dimension)])
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    let moments = try moments()
    let (n, d) = (contextLength, dimension)
    // Prompt (a, c, s, t): β along axis a, x along axis c, its sign s with the labels', and t.
    func table(_ columns: Int, _ value: @escaping (Int, Int, Double, Double, Int) -> Double)
      -> Tensor
    {
      graph.constant([4 * d * d, columns]) { index in
        let (pair, signs) = (index[0] / 4, index[0] % 4)
        return value(pair / d, pair % d, signs < 2 ? 1 : -1, signs % 2 == 0 ? 1 : -1, index[1])
      }
    }
    let rest = moments.unexplained.squareRoot()
    let betas = table(d) { a, _, s, _, k in
      a == k ? s * (Double(d) * moments.square[a]).squareRoot() : 0
    }
    let queries = table(d) { _, c, _, _, k in
      c == k ? (Double(d) * moments.eigenvalues[c]).squareRoot() : 0
    }
    let labels = table(1) { a, c, s, t, _ in
      let scale = (moments.square[a] * moments.eigenvalues[a]).squareRoot()
      return s * ((a == c ? Double(d) * moments.product[a] / scale : 0) + t * rest)
    }
    // Pair 0 carries all of β: x_0 = N β with the label 1.
    let count = Double(4 * d * d)
    let index = graph.promptIndex()
    let row = index - count * (index / count).floor()
    let first = Double(n) * betas.gather(row)
    let pairs = n == 1 ? first : first.padded(axis: 0, after: n - 1)
    var x = concatenate([pairs, queries.gather(row)], axis: 0)
    if basis == .random {
      x = einsum("nd,ed->ne", x, graph.orthogonal("ridge.basis", d))
    }
    let y = graph.constant([n, 1]) { $0[0] == 0 ? 1 : 0 }
    return ["x": x, "y": y, "target": labels.gather(row)]
  }
}

enum Covariance: String, OptionChoice { case spectrum, linear }
enum Basis: String, OptionChoice { case standard, random }
enum ContextLengths: String, OptionChoice {
  case full
  case varyingByPairs = "varying-by-pairs"
  case varyingByTokens = "varying-by-tokens"
}
