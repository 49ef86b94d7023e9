import ICLEngine
import ICLRecords

/// A workload beside what the machine allows at best.
public struct Roofline: Sendable {
  public var measurement: Measurement
  public var limits: MachineLimits
  /// Additions and multiplications that the program makes in a step, which may be fewer than those of
  /// the plain formula.
  public var executedFlops: Double
  /// Bytes of a step that cannot stay in a core's caches, and parameters, gradients and the
  /// optimizer's state, once in and once out.
  public var bytes: Double

  /// The least work known.
  public var flops: Double { min(executedFlops, measurement.workload.flops) }
  /// The fastest that a step can be, in seconds.
  public var limit: Double { max(flops / limits.flops, bytes / limits.bandwidth) }
  public var isBoundByMemory: Bool { bytes / limits.bandwidth > flops / limits.flops }
  /// Of one thread processor time, of more wall time: of the least disturbed burst.
  public var seconds: Double {
    measurement.threads == 1 ? measurement.bestProcessor : measurement.best
  }
  public var fraction: Double { limit / seconds }

  public func document(version: String) -> JSON {
    let workload = measurement.workload
    return [
      "workload": .text(workload.name), "version": .text(version),
      "backend": .text(measurement.backend), "threads": .integer(measurement.threads),
      "flops_per_step": .real(workload.flops), "executed_flops_per_step": .real(executedFlops),
      "bytes_per_step": .real(bytes), "peak_gflops": .real(limits.flops / 1e9),
      "bandwidth_gb_per_s": .real(limits.bandwidth / 1e9),
      "limit_ms": .real(limit * 1e3), "bound": isBoundByMemory ? "memory" : "arithmetic",
      "ms_per_step": .real(seconds * 1e3), "fraction": .real(fraction),
    ]
  }
}

extension Workload {
  /// Measures the machine, then the workload.
  public func roofline(
    _ run: ResolvedRun, chains others: [ResolvedRun] = [], seconds: Double
  ) throws(Failure) -> Roofline {
    let backend = try failing { try Backend.load(run.options.backend) }
    let limits = MachineLimits.measure(backend, threads: run.options.threads)
    let measurement = try measure(run, chains: others, seconds: seconds)
    let work = try work(run, others)
    let program = work.program
    var bytes = program.bytesMoved(batch, cache: limits.secondLevelCache)
    if let trainer = (work as? Trainer) ?? (work as? Chains)?.trainers[0] {
      bytes += trainer.bytesPerUpdate
    }
    return Roofline(
      measurement: measurement, limits: limits,
      executedFlops: program.flopsPerPrompt * Double(batch * chains),
      bytes: bytes * Double(chains))
  }
}

extension Trainer {
  /// Parameters are read for the step and for the update, and written; gradients are written and
  /// read; so is the optimizer's state.
  fileprivate var bytesPerUpdate: Double {
    let arrays = optimizer.drives ? 0 : optimizer.stateCount
    return Double(parameterCount * parameters.precision.size * (3 + 2 + 2 * arrays))
  }
}
