internal import CICL

/// A metric with its options filled: begin, accumulate each chunk in order, finish. [main]
public final class MetricInstance: @unchecked Sendable {
  public var component: Component { instance.component }
  private let instance: Instance
  private let functions: icl_metric
  private var underWay: (accumulator: UnsafeMutableRawPointer?, signature: SignatureMemory)?
  private var signature: Signature?

  init(_ instance: Instance, _ functions: icl_metric) {
    self.instance = instance
    self.functions = functions
  }

  deinit { abandon() }

  public var needs: MetricNeeds { MetricNeeds(rawValue: functions.needs) }

  /// Starts an evaluation; one that is under way is given up.
  public func begin(_ signature: Signature) throws(PluginError) {
    abandon()
    let memory = SignatureMemory(signature)
    var accumulator: UnsafeMutableRawPointer?
    try instance.status("begin") { error in
      functions.begin(instance.raw, memory.pointer, &accumulator, error)
    }
    underWay = (accumulator, memory)
    self.signature = signature
  }

  public func accumulate(_ chunk: EvaluationChunk) throws(PluginError) {
    guard let underWay, let signature else { throw notBegun("accumulate") }
    try check(chunk, signature)
    let named =
      chunk.latents.sorted { $0.key < $1.key } + chunk.inputs.sorted { $0.key < $1.key }
    let arrays =
      [chunk.predictions, chunk.targets, chunk.losses, chunk.oracleLosses ?? []]
      + named.map(\.value)
    let names = named.map { Array($0.key.utf8CString) }
    let nameMemory = UnsafeMutableBufferPointer<CChar>.allocate(
      capacity: names.reduce(1) { $0 + $1.count })
    defer { nameMemory.deallocate() }
    let (instance, functions) = (instance, functions)
    try withPointers(to: arrays) { (pointers) throws(PluginError) in
      var next = nameMemory.baseAddress!
      let table = named.indices.map { index in
        defer { next += names[index].count }
        next.initialize(from: names[index], count: names[index].count)
        return icl_named_values(
          name: next, values: pointers[4 + index],
          elements: UInt64(named[index].value.count / max(chunk.count, 1)))
      }
      try instance.status("accumulate") { error in
        table.withUnsafeBufferPointer { table in
          var raw = icl_chunk(
            struct_size: UInt32(MemoryLayout<icl_chunk>.size),
            latent_count: UInt32(chunk.latents.count), count: UInt64(chunk.count),
            predictions: pointers[0], targets: pointers[1], losses: pointers[2],
            oracle_losses: chunk.oracleLosses == nil ? nil : pointers[3],
            latents: table.baseAddress,
            inputs: table.baseAddress.map { $0 + chunk.latents.count },
            input_count: UInt32(chunk.inputs.count), reserved: 0)
          return functions.accumulate(underWay.accumulator, &raw, error)
        }
      }
    }
  }

  /// What the metric reports, in its order.
  public func finish() throws(PluginError) -> [MetricValues] {
    guard let underWay else { throw notBegun("finish") }
    self.underWay = nil
    let collector = ReportCollector()
    var report = collector.table
    try instance.status("finish") { error in
      withExtendedLifetime((collector, underWay.signature)) {
        functions.finish(underWay.accumulator, &report, error)
      }
    }
    if let complaint = collector.complaint {
      throw instance.error(.badArgument, "finish: \(complaint).")
    }
    return collector.values
  }

  /// Ends an evaluation that was given up; does nothing where none is under way.
  public func abandon() {
    guard let underWay else { return }
    self.underWay = nil
    try? instance.status("finish") { error in
      withExtendedLifetime(underWay.signature) {
        functions.finish(underWay.accumulator, nil, error)
      }
    }
  }

  private func notBegun(_ function: String) -> PluginError {
    instance.error(.badArgument, "\(function) without begin.")
  }

  private func check(_ chunk: EvaluationChunk, _ signature: Signature) throws(PluginError) {
    let values = chunk.count * signature.targetShape.count
    let losses = chunk.count * signature.positions
    let isComplete =
      chunk.count > 0 && chunk.predictions.count == values && chunk.targets.count == values
      && chunk.losses.count == losses && chunk.oracleLosses?.count ?? losses == losses
      && chunk.latents.values.allSatisfy { $0.count % chunk.count == 0 }
      && chunk.inputs.values.allSatisfy { $0.count % chunk.count == 0 }
    guard isComplete else {
      throw instance.error(
        .badArgument, "a chunk of \(chunk.count) prompts does not have the signature's sizes.")
    }
    guard !needs.contains(.oracle) || chunk.oracleLosses != nil else {
      throw instance.error(.badArgument, "it needs the oracle's losses, and the task has none.")
    }
  }
}

/// Copies what a metric reports through an `icl_report`.
private final class ReportCollector {
  var values: [MetricValues] = []
  var complaint: String?

  var table: icl_report {
    icl_report(
      struct_size: UInt32(MemoryLayout<icl_report>.size), reserved: 0,
      state: Unmanaged.passUnretained(self).toOpaque(),
      values: { state, name, axis, firstIndex, count, values, standardErrors in
        guard let state else { return }
        Unmanaged<ReportCollector>.fromOpaque(state)._withUnsafeGuaranteedRef { collector in
          collector.add(name, axis, firstIndex, count, values, standardErrors)
        }
      })
  }

  private func add(
    _ name: UnsafePointer<CChar>?, _ axis: UnsafePointer<CChar>?, _ firstIndex: Int64,
    _ count: UInt64, _ values: UnsafePointer<Double>?, _ standardErrors: UnsafePointer<Double>?
  ) {
    guard let name = name.flatMap({ String(validatingCString: $0) }), !name.isEmpty else {
      complaint = complaint ?? "a report's name is NULL, empty or not UTF-8"
      return
    }
    guard let values, count >= 1, count <= 1 << 32, axis != nil || count == 1 else {
      complaint = complaint ?? "the report '\(name)' has \(count) values, or no axis for them"
      return
    }
    self.values.append(
      MetricValues(
        name: name, axis: axis.map { String(cString: $0) }, firstIndex: Int(firstIndex),
        values: Array(UnsafeBufferPointer(start: values, count: Int(count))),
        standardErrors: standardErrors.map {
          Array(UnsafeBufferPointer(start: $0, count: Int(count)))
        }))
  }
}
