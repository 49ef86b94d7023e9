import CICL

extension Metric {
  public static var interface: Interface {
    Interface(
      ICL_METRIC,
      icl_metric(
        struct_size: size(icl_metric.self), needs: needs.rawValue, begin: beginMetric,
        accumulate: accumulateMetric, finish: finishMetric,
        declare: self is any DeclaringMetric.Type ? declareMetric : nil, observe: observeMetric))
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

private let declareMetric:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_graph>?, UnsafePointer<icl_signature>?,
    UnsafeMutablePointer<icl_error>?
  ) -> Int32 = { instance, graph, task, error in
    guarded(error) {
      let graph = try Graph(graph)
      let task = try Signature(task)
      try with(instance, as: MetricInstance.self) {
        guard let metric = $0.metric as? any DeclaringMetric else { return }
        for (name, value) in try metric.declare(graph, task) {
          graph.table.output(graph.builder, name, value.node)
        }
      }
    }
  }

private let observeMetric:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_snapshot>?, UnsafeMutablePointer<icl_error>?
  ) -> Int32 = { accumulator, snapshot, error in
    guarded(error) {
      guard let snapshot else { throw KitError("the host passed no snapshot", code: .failed) }
      try with(accumulator, as: Accumulation.self) {
        try $0.accumulator.observe(Snapshot(source: snapshot.pointee))
      }
    }
  }
