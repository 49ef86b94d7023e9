import CICL

extension Metric {
  public static var interface: Interface {
    Interface(
      ICL_METRIC,
      icl_metric(
        struct_size: size(icl_metric.self), needs: needs.rawValue, begin: beginMetric,
        accumulate: accumulateMetric, finish: finishMetric))
  }

  public func instance() -> AnyObject { MetricInstance(self) }
}

private final class MetricInstance {
  let metric: any Metric
  init(_ metric: any Metric) { self.metric = metric }
}

private final class Accumulation {
  let accumulator: any Accumulator
  let task: Signature
  init(_ accumulator: any Accumulator, _ task: Signature) {
    self.accumulator = accumulator
    self.task = task
  }
}

private let beginMetric:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_signature>?,
    UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafeMutablePointer<icl_error>?
  ) -> Int32 = { instance, task, result, error in
    guarded(error) {
      let task = try Signature(task)
      let accumulator = try with(instance, as: MetricInstance.self) { try $0.metric.begin(task) }
      result?.pointee = Unmanaged.passRetained(Accumulation(accumulator, task)).toOpaque()
    }
  }

private let accumulateMetric:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_chunk>?, UnsafeMutablePointer<icl_error>?
  ) -> Int32 = { accumulator, chunk, error in
    guarded(error) {
      guard let chunk else { throw KitError("the host passed no chunk", code: .failed) }
      try with(accumulator, as: Accumulation.self) {
        try $0.accumulator.accumulate(Chunk(chunk.pointee, $0.task))
      }
    }
  }

private let finishMetric:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_report>?, UnsafeMutablePointer<icl_error>?
  ) -> Int32 = { accumulator, report, error in
    guarded(error) {
      guard let accumulator else { throw KitError("the host passed no accumulator", code: .failed) }
      let accumulation = Unmanaged<Accumulation>.fromOpaque(accumulator).takeRetainedValue()
      if let report { try accumulation.accumulator.finish(Report(source: report.pointee)) }
    }
  }
