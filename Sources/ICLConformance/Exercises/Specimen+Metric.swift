internal import CICL
internal import ICLEngine
internal import ICLGraph
internal import ICLPlugins

extension Specimen {
  /// begin, observe, accumulate two chunks, finish.
  func exerciseMetric(_ plan: Exercise) throws -> Transcript {
    let (_, transcript) = try trial.accepted(count: plan.count + 3, [.everyPrefix, .query]) {
      try evaluate($0)
    }
    return transcript
  }

  func evaluate(_ prompts: Prompts) throws -> Transcript {
    guard let table = component.metricTable else { throw Inapplicable(reason: "it is no metric") }
    var numbers = trial.numbers("metric")
    let target = prompts.tensors["target"]!
    let noise = numbers.normal(target.count)
    let predictions = zip(target, noise).map { 0.7 * $0 + 0.1 * $1 }
    let declared = try declared(prompts, predictions)
    let signature = trial.signature(prompts.signature)
    let accumulator = trial.input("the accumulator", [UInt(0)]).address
      .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    try trial.status(label("begin")) { error in
      table.begin(pointer, signature, accumulator, error)
    }
    var isFinished = false
    func finish(_ report: UnsafePointer<icl_report>?) throws {
      isFinished = true
      try trial.status(label("finish")) { error in
        table.finish(accumulator.pointee, report, error)
      }
    }
    defer { if !isFinished { try? finish(nil) } }
    if let observe = table.observe {
      let snapshot = snapshot(needs: table.needs)
      try trial.status(label("observe")) { error in observe(accumulator.pointee, snapshot, error) }
    }
    let first = prompts.count / 2
    for range in [0..<first, first..<prompts.count] {
      try accumulate(
        prompts.picking(Array(range)), slice(predictions, prompts, range),
        declared.mapValues { slice($0, prompts, range) }, accumulator.pointee)
    }
    let reports = Reports()
    let report = trial.structure("the icl_report", reports.table)
    try withExtendedLifetime(reports) { try finish(report) }
    return reports.transcript
  }

  /// Rows of some prompts.
  private func slice(_ values: [Double], _ prompts: Prompts, _ range: Range<Int>) -> [Double] {
    let size = values.count / max(prompts.count, 1)
    return Array(values[range.lowerBound * size..<range.upperBound * size])
  }

  private func declared(
    _ prompts: Prompts, _ predictions: [Double]
  ) throws -> [String: [Double]] {
    guard component.metricTable?.declare != nil, let metric = component.metric(lent: pointer) else {
      return [:]
    }
    var graph = Graph()
    var nodes: [String: NodeID] = [:]
    for tensor in prompts.signature.tensors {
      nodes[tensor.name] = graph.input(tensor.name, tensor.shape)
    }
    let given = graph.input("given predictions", prompts.signature.targetShape)
    nodes["predictions"] = given
    let square = graph.unary(
      .square, try graph.binary(.subtract, given, nodes["target"]!))
    nodes["losses"] = try graph.reduce(.sum, square, axes: [1])
    let outputs = try trial.call(label("declare")) {
      try metric.declare(
        in: &graph, scope: PromptScope(nodes), signature: prompts.signature)
    }
    let names = outputs.keys.sorted()
    guard !names.isEmpty else { return [:] }
    let program = try Program(
      graph, roots: names.map { outputs[$0]! }, seed: trial.seed,
      configuration: EngineConfiguration(precision: .double))
    var inputs = prompts.tensors
    inputs["given predictions"] = predictions
    try program.run(
      Program.Batch(step: 0, firstPrompt: 0, count: prompts.count, weight: 1, inputs: inputs))
    var values: [String: [Double]] = [:]
    for (index, name) in names.enumerated() {
      values[name] = everyPrompt(
        program.values(of: index), prompts.count, graph.shape(of: outputs[name]!))
    }
    return values
  }

  private func snapshot(needs: UInt32) -> UnsafePointer<icl_snapshot> {
    var raw = icl_snapshot()
    (raw.step, raw.steps) = (7, 20)
    let extents = trial.input("extents", [UInt64(2), 3]).address
      .assumingMemoryBound(to: UInt64.self)
    func tensors(_ values: [Double]) -> UnsafePointer<icl_tensor> {
      let buffer = trial.input("parameter weights", values)
      let tensor = icl_tensor(
        name: trial.text("weights"),
        values: UnsafePointer(buffer.address.assumingMemoryBound(to: Double.self)), rank: 2,
        extents: UnsafePointer(extents))
      return UnsafePointer(
        trial.input("the parameters", [tensor]).address.assumingMemoryBound(to: icl_tensor.self))
    }
    if needs & (ICL_NEEDS_PARAMETERS | ICL_NEEDS_START) != 0 {
      raw.parameter_count = 1
      raw.parameters = tensors([1, -2, 3, -4, 5, -6])
      if needs & ICL_NEEDS_START != 0 { raw.start = tensors([1, 2, 3, 4, 5, 6]) }
    }
    let setting = icl_setting(
      owner: trial.text("run"), name: trial.text("batch"), text: trial.text("64"), value: 64)
    raw.settings = UnsafePointer(
      trial.input("the settings", [setting]).address.assumingMemoryBound(to: icl_setting.self))
    raw.setting_count = 1
    return UnsafePointer(trial.structure("the icl_snapshot", raw))
  }

  private func accumulate(
    _ prompts: Prompts, _ predictions: [Double], _ declared: [String: [Double]],
    _ accumulator: UnsafeMutableRawPointer?
  ) throws {
    let signature = prompts.signature
    let target = prompts.tensors["target"]!
    let outputs = max(signature.outputDimension, 1)
    let losses = stride(from: 0, to: target.count, by: outputs).map { start in
      (start..<start + outputs).reduce(0.0) {
        $0 + (predictions[$1] - target[$1]) * (predictions[$1] - target[$1])
      }
    }
    var watched: [(name: String, buffer: GuardedBuffer)] = []
    func doubles(_ name: String, _ values: [Double]) -> UnsafePointer<Double> {
      let buffer = trial.input(name, values)
      watched.append((name, buffer))
      return UnsafePointer(buffer.address.assumingMemoryBound(to: Double.self))
    }
    func named(_ values: [(String, [Double])]) -> UnsafePointer<icl_named_values> {
      let table = values.map {
        icl_named_values(
          name: trial.text($0), values: doubles($0, $1),
          elements: UInt64($1.count / max(prompts.count, 1)))
      }
      return UnsafePointer(
        trial.input("named values", table).address
          .assumingMemoryBound(to: icl_named_values.self))
    }
    let latents = signature.tensors.filter { $0.role == .latent }
      .map { ($0.name, prompts.tensors[$0.name]!) }
    let inputs = signature.inputs.map { ($0.name, prompts.tensors[$0.name]!) }
    var raw = icl_chunk()
    raw.count = UInt64(prompts.count)
    raw.predictions = doubles("predictions", predictions)
    raw.targets = doubles("targets", target)
    raw.losses = doubles("losses", losses)
    raw.oracle_losses = doubles("oracle losses", losses.map { $0 * 0.5 })
    (raw.latents, raw.latent_count) = (named(latents), UInt32(latents.count))
    (raw.inputs, raw.input_count) = (named(inputs), UInt32(inputs.count))
    let extra = declared.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    (raw.declared, raw.declared_count) = (named(extra), UInt32(extra.count))
    let chunk = trial.structure("the icl_chunk", raw)
    try trial.watching(label("accumulate"), watched) {
      try trial.status(label("accumulate")) { error in
        component.metricTable!.accumulate(accumulator, chunk, error)
      }
    }
  }
}

/// What a metric reports.
private final class Reports {
  var transcript = Transcript()

  var table: icl_report {
    icl_report(
      struct_size: UInt32(MemoryLayout<icl_report>.size), reserved: 0,
      state: Unmanaged.passUnretained(self).toOpaque(),
      values: { state, name, _, _, count, values, errors in
        Reports.add(state, name, Int(count), values, errors)
      },
      tensor: { state, name, rank, extents, _, values, errors in
        guard rank <= ICL_MAX_RANK, let extents else { return }
        let count = (0..<Int(rank)).reduce(1) { $0 * Int(extents[$1]) }
        Reports.add(state, name, count, values, errors)
      })
  }

  private static func add(
    _ state: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?, _ count: Int,
    _ values: UnsafePointer<Double>?, _ errors: UnsafePointer<Double>?
  ) {
    guard let state, let name, let values else { return }
    let reports = Unmanaged<Reports>.fromOpaque(state).takeUnretainedValue()
    let text = String(cString: name)
    reports.transcript.add(text, Array(UnsafeBufferPointer(start: values, count: count)))
    if let errors {
      reports.transcript.add(
        text + " ±", Array(UnsafeBufferPointer(start: errors, count: count)))
    }
  }
}
