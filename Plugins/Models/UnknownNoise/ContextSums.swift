import ICLKit

/// What predictors of linear regression read of a context.
struct ContextSums {
  /// Σ = Σ_j x_j x_jᵀ, [d, d].
  let squares: Tensor
  /// α = Σ_j y_j x_j, [d, 1].
  let products: Tensor
  /// λ = Σ_j y_j², [1].
  let energy: Tensor
  /// n: the pairs that the sums are of, or stand for.
  let pairs: Int
  let dimension: Int
  private let query: Tensor

  init(_ graph: Graph, _ task: Signature) throws {
    guard task.scoring == .query, task.outputDimension == 1 else {
      throw KitError(
        "predicts one label, of the query: set task.scoring=query and one output", path: "scoring",
        code: .unsupported)
    }
    let n = task.contextLength
    let x = graph.input("x")
    let y = graph.input("y")
    let context = x[0..<n]
    squares = einsum("ni,nj->ij", context, context)
    products = einsum("ni,no->io", context, y)
    energy = y.squared().sum(axis: 0)
    pairs = task.properties["pairs"].map { Int($0) } ?? n
    dimension = task.inputDimension
    query = x[n..<n + 1]
  }

  /// (Σ + s² I)⁻¹ α, [d, 1]; s² has one element.
  func ridge(_ penalty: Tensor) -> Tensor {
    (squares + penalty.reshaped([1]) * penalty.graph.identity(dimension)).solve(products)
  }

  /// ρ = Σ_j (y_j - wᵀ x_j)² = λ - 2 wᵀ α + wᵀ Σ w, [1].
  func residual(_ weights: Tensor) -> Tensor {
    let fitted = einsum("ij,jo->io", squares, weights) - 2 * products
    return energy + einsum("io,io->o", weights, fitted)
  }

  /// σ̂² = ρ / (n - d), [1]: unbiased for the weights of least squares.
  func noiseEstimate(_ weights: Tensor) throws -> Tensor {
    guard pairs > dimension else {
      throw KitError(
        "the residual of \(pairs) pairs says nothing of the noise in dimension \(dimension): give "
          + "more pairs than dimensions", path: "context-length", code: .unsupported)
    }
    let residual = residual(weights)
    return maximum(residual, residual.graph.constant(0)) / Double(pairs - dimension)
  }

  /// wᵀ x_q, [1, 1]; names the weights.
  func prediction(_ weights: Tensor) -> Tensor {
    einsum("pi,io->po", query, weights.named("weights")).named("prediction")
  }
}
