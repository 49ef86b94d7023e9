import ICLRecords

/// How fast a workload ran.
public struct Measurement: Sendable {
  public var workload: Workload
  public var threads: Int
  public var backend: String
  /// From the start of the process to the end of the first step; nil where the system does not say.
  public var startup: Double?
  /// Seconds per step, one for each burst; not empty.
  public var wall: [Double]
  /// The same in processor time of all threads.
  public var processor: [Double]
  /// Bytes.
  public var peakMemory: Double
  public var firstLoss: Double
  public var lastLoss: Double

  /// Of the bursts, in seconds.
  public var median: Double { Self.median(wall) }
  public var best: Double { wall.min()! }
  public var bestProcessor: Double { processor.min()! }
  /// By the workload's count, whatever was executed.
  public var gigaflops: Double { workload.flops / median / 1e9 }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// The fields that benchmarks of other programs print as well.
  public func document(version: String) -> JSON {
    let batch = Double(workload.batch * workload.chains)
    return [
      "workload": .text(workload.name), "peer": "icl-host", "version": .text(version),
      "backend": .text(backend), "threads": .integer(threads),
      "steps_per_s": .real(1 / median), "sequences_per_s": .real(batch / median),
      "tokens_per_s": .real(batch * Double(workload.tokens) / median),
      "gflops": .real(gigaflops), "startup_s": startup.map { .real($0) } ?? nil,
      "peak_rss_mb": .real(peakMemory / 1_048_576), "ms_per_step": .real(median * 1e3),
      "best_ms_per_step": .real(best * 1e3),
      "cpu_ms_per_step": .real(Self.median(processor) * 1e3),
      "cpu_best_ms_per_step": .real(bestProcessor * 1e3),
      "flops_per_step": .real(workload.flops), "loss_first": .real(firstLoss),
      "loss_last": .real(lastLoss), "bursts": .integer(wall.count),
    ]
  }
}

extension Workload {
  /// Stands where a measurement would, if the workload cannot run here.
  public func document(obstacle: Failure, version: String) -> JSON {
    [
      "workload": .text(name), "peer": "icl-host", "version": .text(version),
      "unavailable": .text("\(obstacle)"),
    ]
  }
}
