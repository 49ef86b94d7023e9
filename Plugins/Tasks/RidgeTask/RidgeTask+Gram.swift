import ICLKit

enum ContextPairs: String, OptionChoice { case all, gram }

// D + 1 pairs whose second moments have the law of those of N pairs (Bartlett 1933). With unit normals
// z_j = (x_j, ξ_j), Σ z_j z_jᵀ is Wishart with N degrees of freedom, and so is A Aᵀ for A lower
// triangular, A_ii² ~ χ²(N - i) from i = 0, A_ij ~ N(0, 1) below: the columns of A are the pairs.
extension RidgeTask {
  /// Pairs that a prompt shows.
  var shownPairs: Int { pairs == .all ? contextLength : dimension + 1 }

  func checkPairs() throws {
    guard pairs == .gram else { return }
    guard contextLength > dimension, outputDimension == 1, scoring == .query else {
      throw KitError(
        "pairs=gram stands for N > D pairs with one label each, scored at the query; here N = "
          + "\(contextLength), D = \(dimension), \(outputDimension) outputs, scoring=\(scoring.rawValue)",
        path: "pairs")
    }
    guard !hasFixedTask, !centredInputs, noise != .fixed || noiseVariance > 0 else {
      throw KitError(
        "pairs=gram stands for x and noise that are independent normal numbers: give pairs=all "
          + "with centred-inputs, in-context-fraction or noise-variance=0", path: "pairs")
    }
  }

  /// The columns of A: x [D + 1, D] and noise [D + 1, 1] of unit variance.
  func drawGramPairs(_ graph: Graph) -> (x: Tensor, noise: Tensor) {
    let m = dimension + 1
    let below = m * (m - 1) / 2
    let normals = graph.normal("ridge.gram", [below], per: .prompt)
    let roots = chiSquares(graph, degrees: (0..<m).map { contextLength - $0 }).squareRoot()
    let entries = concatenate([normals, roots, graph.zeros([1])], axis: 0)
    // Row j, column i of the pairs is A_ij.
    let places = graph.constant([m * m]) { index in
      let (j, i) = (index[0] / m, index[0] % m)
      return Double(i > j ? i * (i - 1) / 2 + j : i == j ? below + j : below + m)
    }
    let pairs = entries.gather(places).reshaped([m, m])
    return (pairs.slice(0..<dimension, axis: 1), pairs.slice(dimension..<m, axis: 1))
  }

  /// χ² with k degrees of freedom is -2 log(u_1 … u_(k/2)), and the square of a normal number if k is
  /// odd.
  private func chiSquares(_ graph: Graph, degrees: [Int]) -> Tensor {
    let halves = degrees.map { $0 / 2 }
    // Eight factors a product, which does not vanish in single precision.
    let (chunks, width) = (((halves.max() ?? 0) + 7) / 8, 8)
    let total = halves.reduce(0, +)
    let uniforms = concatenate(
      [1 - graph.uniform("ridge.gram-uniform", [total], per: .prompt), graph.ones([1])], axis: 0)
    let starts = halves.indices.map { halves[..<$0].reduce(0, +) }
    let places = graph.constant([degrees.count * chunks * width]) { index in
      let (row, place) = (index[0] / (chunks * width), index[0] % (chunks * width))
      return Double(place < halves[row] ? starts[row] + place : total)
    }
    var product = uniforms.gather(places).reshaped([degrees.count, chunks, width])
    while product.extent(2) > 1 {
      let half = product.extent(2) / 2
      product = product.slice(0..<half, axis: 2) * product.slice(half..<2 * half, axis: 2)
    }
    let even = -2 * product.reshaped([degrees.count, chunks]).log().sum(axis: 1)
    let odd = graph.constant(degrees.map { Double($0 % 2) }, [degrees.count])
    return even + odd * graph.normal("ridge.gram-odd", [degrees.count], per: .prompt).squared()
  }
}
