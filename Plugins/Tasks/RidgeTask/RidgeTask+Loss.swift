import ICLKit

enum Score: String, OptionChoice { case prediction, weights }

extension RidgeTask: TaskWithLoss {
  /// The squared error; or, for predictions ŷ = ŵᵀ x that are linear in the query, how far ŵ is from
  /// the posterior mean w_σ of w.
  ///
  ///     (ŵ - w_σ)ᵀ Λ (ŵ - w_σ) = E[(ŷ - y)² - (y_σ - y)²]  over queries x ~ N(0, Λ) and w,
  /// exactly, because w given the context is normal about w_σ: the squared error less the oracle's,
  /// without the randomness of query and w (Rao and Blackwell).
  func loss(_ graph: Graph, of predictions: Tensor) throws -> Tensor {
    if score == .prediction {
      return (predictions - graph.input("target")).squared().sum(axis: 1)
    }
    let n = shownPairs
    let x = graph.input("x")
    let signature = try signature()
    let weights = graph.gradient(of: predictions, for: x)[n..<n + 1].reshaped([dimension])
    let best = graph.ridgeWeights(for: signature, penalty: penalty(graph)).reshaped([dimension])
    let scales = graph.constant(try eigenvalues().map { $0.squareRoot() }, [dimension])
    return (scales * (weights - best)).squared().sum(axis: 0, keepAxis: true)
  }

  func checkScore() throws {
    guard score == .weights else { return }
    guard scoring == .query, outputDimension == 1, tasks == 0, !hasFixedTask, basis == .standard
    else {
      throw KitError(
        "score=weights compares with the posterior mean of one normal w: it needs scoring=query, "
          + "output-dimension=1, tasks=0, in-context-fraction=1 and basis=standard",
        path: "score")
    }
  }
}
