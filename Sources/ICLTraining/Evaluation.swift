import ICLPlugins

/// How good predictions are on fresh prompts.
public struct Evaluation: Sendable {
  public var prompts: Int
  /// The number of context pairs before each scored position.
  public var contextLengths: [Int]
  public var losses: [Estimate]
  /// The mean over positions.
  public var loss: Estimate
  /// Of the best possible prediction, on the same prompts; nil if the task does not know it.
  public var oracleLosses: [Estimate]?
  public var oracleLoss: Estimate?
  public var metrics: [(id: String, values: [MetricValues])]

  init(
    prompts: Int, signature: Signature, losses: LossStatistics, oracle: LossStatistics?,
    metrics: [(id: String, values: [MetricValues])]
  ) {
    self.prompts = prompts
    contextLengths = signature.contextLengths
    self.losses = losses.byPosition
    loss = losses.mean
    oracleLosses = oracle?.byPosition
    oracleLoss = oracle?.mean
    self.metrics = metrics
  }
}

/// One of a run's evaluations.
public struct NamedEvaluation: Sendable {
  public var name: String
  public var evaluation: Evaluation
}

extension Signature {
  /// The number of context pairs before each scored position; the last is the query's.
  var contextLengths: [Int] { (0..<positions).map { contextLength + 1 - positions + $0 } }
}
