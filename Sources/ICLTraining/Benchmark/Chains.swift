import ICLEngine
import ICLPlugins

/// Runs of the same model on the same prompts that take their steps in turn, as chains that sample
/// parameters do.
///
/// A step is one of every chain. Chains differ in their optimizer's seed, and chain c is c batches
/// ahead, so that each has other prompts in a step.
final class Chains: BatchWork {
  let trainers: [Trainer]
  var program: Program { trainers[0].program }

  init(_ runs: [ResolvedRun]) throws(Failure) {
    var trainers: [Trainer] = []
    for run in runs {
      guard let trainer = try run.trainer(for: run.compose()) else {
        throw Failure(
          .configuration, key: "model", "chains need a model with parameters and an optimizer.")
      }
      trainers.append(trainer)
    }
    self.trainers = trainers
  }

  func batch(_ step: Int) throws(Failure) -> Program.Batch { try trainers[0].batch(step) }

  /// Gives the mean loss of the chains.
  func step(_ number: Int) throws(Failure) -> Double {
    var sum = 0.0
    for (chain, trainer) in trainers.enumerated() {
      sum += try trainer.step(number, on: trainer.batch(number + chain))
    }
    return sum / Double(trainers.count)
  }
}

extension Workload {
  /// The runs of the chains behind the first.
  public func preparedChains(
    threads: Int, backend: String?, catalog: PluginCatalog
  ) throws(Failure) -> [ResolvedRun] {
    var runs: [ResolvedRun] = []
    for chain in 1..<max(chains, 1) {
      runs.append(
        try ResolvedRun(
          configuration(threads: threads, backend: backend, chain: chain), in: catalog))
    }
    return runs
  }

  /// What the steps of a run do, or of several chains in turn.
  func work(_ run: ResolvedRun, _ others: [ResolvedRun]) throws(Failure) -> any BatchWork {
    if others.isEmpty { return try run.batchWork() }
    return try Chains([run] + others)
  }
}
