/// What some steps of a workload gave, for comparisons bit by bit.
public struct WorkloadOutcome: Hashable, Sendable {
  /// Of each step.
  public var losses: [Double]
  /// After the last step: all parameters, of all chains; of a predictor its predictions.
  public var values: [[Double]]
}

extension Workload {
  /// Runs a number of steps from the start.
  public func outcome(
    _ run: ResolvedRun, chains others: [ResolvedRun] = [], steps: Int
  ) throws(Failure) -> WorkloadOutcome {
    let work = try work(run, others)
    var outcome = WorkloadOutcome(losses: [], values: [])
    for step in 0..<steps { outcome.losses.append(try work.step(step)) }
    switch work {
    case let chains as Chains:
      outcome.values = chains.trainers.flatMap(\.parameterValues)
    case let trainer as Trainer: outcome.values = trainer.parameterValues
    default: outcome.values = [work.program.values(of: 1)]
    }
    return outcome
  }
}

extension Trainer {
  fileprivate var parameterValues: [[Double]] {
    parameters.names.indices.map { parameters.values($0) }
  }
}
