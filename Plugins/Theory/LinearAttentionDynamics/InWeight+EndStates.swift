/// Where training on one kind of prompt alone ends, for white inputs with trace 1, Λ = I / D.
public struct InWeightEndStates: Hashable, Sendable {
  public let dimension: Int
  public let contextLength: Int

  public init(dimension: Int, contextLength: Int) {
    self.dimension = dimension
    self.contextLength = contextLength
  }

  private var n: Double { Double(contextLength) }
  private var d: Double { Double(dimension) }
  private var inflation: Double { 1 + (1 + d) / n }

  // After p = 0 with noise contexts, ŷ = N / (N + 2) mean(y²) w₀ᵀ x.
  public var inWeightLossAfterFixedTask: Double { 2 / (n + 2) }
  public var inContextLossAfterFixedTask: Double { 1 + (d + 2) / d * n / (n + 2) }

  // After p = 1, ŷ = σ βᵀ x with σ = D / a.
  public var inContextLossAfterOwnTasks: Double { 1 - 1 / inflation }
  public var inWeightLossAfterOwnTasks: Double {
    let sigma = d / inflation
    return 1 + sigma * sigma / (d * n)
  }
}
