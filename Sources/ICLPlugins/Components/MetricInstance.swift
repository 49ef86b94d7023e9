internal import CICL

/// A metric with its options filled: begin, accumulate each chunk in order, finish. [main]
public final class MetricInstance: @unchecked Sendable {
  public var component: Component { instance.component }
  let instance: Instance
  let functions: icl_metric
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

  /// Tells the metric where the run stands; after `begin`.
  public func observe(_ snapshot: RunSnapshot) throws(PluginError) {
    guard let underWay else { throw notBegun("observe") }
    guard let observe = functions.observe else { return }
    let memory = SnapshotMemory(snapshot, needs)
    try instance.status("observe") { error in
      withExtendedLifetime(memory) { observe(underWay.accumulator, memory.pointer, error) }
    }
  }

  public func accumulate(_ chunk: EvaluationChunk) throws(PluginError) {
    guard let underWay, let signature else { throw notBegun("accumulate") }
    try check(chunk, signature)
    let kinds = [chunk.latents, chunk.inputs, chunk.declared]
      .map { $0.sorted { $0.key < $1.key } }
    let named = kinds.flatMap { $0 }
    let arrays =
      [chunk.predictions, chunk.targets, chunk.losses, chunk.oracleLosses ?? []]
      + named.map(\.value)
    let texts = TextMemory()
    let (instance, functions) = (instance, functions)
    try withPointers(to: arrays) { (pointers) throws(PluginError) in
      let table = named.indices.map { index in
        icl_named_values(
          name: texts.keep(named[index].key), values: pointers[4 + index],
          elements: UInt64(named[index].value.count / max(chunk.count, 1)))
      }
      try instance.status("accumulate") { error in
        withExtendedLifetime(texts) {
          table.withUnsafeBufferPointer { table in
            let start = table.baseAddress
            var raw = icl_chunk(
              struct_size: UInt32(MemoryLayout<icl_chunk>.size),
              latent_count: UInt32(kinds[0].count), count: UInt64(chunk.count),
              predictions: pointers[0], targets: pointers[1], losses: pointers[2],
              oracle_losses: chunk.oracleLosses == nil ? nil : pointers[3], latents: start,
              inputs: start.map { $0 + kinds[0].count }, input_count: UInt32(kinds[1].count),
              declared_count: UInt32(kinds[2].count),
              declared: start.map { $0 + kinds[0].count + kinds[1].count })
            return functions.accumulate(underWay.accumulator, &raw, error)
          }
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
      && chunk.declared.values.allSatisfy { $0.count % chunk.count == 0 }
    guard isComplete else {
      throw instance.error(
        .badArgument, "a chunk of \(chunk.count) prompts does not have the signature's sizes.")
    }
    guard !needs.contains(.oracle) || chunk.oracleLosses != nil else {
      throw instance.error(.badArgument, "it needs the oracle's losses, and the task has none.")
    }
  }
}
