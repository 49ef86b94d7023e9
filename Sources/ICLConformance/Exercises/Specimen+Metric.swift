internal import CICL
internal import ICLPlugins

extension Specimen {
  /// Prompts of an evaluation by a metric.
  static let evaluated = 8

  /// begin, observe, accumulate two chunks, finish.
  func exerciseMetric(_ plan: Exercise) throws -> Transcript {
    var refusal = ""
    defer { company = nil }
    for companion in try trial.companions(of: self) {
      company = companion
      do {
        return try evaluate(trial.scene(companion, count: plan.count + 3))
      } catch let error as PluginError {
        refusal = error.description
      } catch let error as Refusal {
        refusal = error.description
      }
    }
    throw Unaccompanied(reason: "it takes none of the prompts that there are: \(refusal)")
  }

  func evaluate(_ scene: Scene) throws -> Transcript {
    guard let table = component.metricTable else { throw Inapplicable(reason: "it is no metric") }
    let prompts = scene.prompts
    let values = try scene.values(self)
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
      let snapshot = scene.snapshot(trial, needs: table.needs)
      try trial.status(label("observe")) { error in observe(accumulator.pointee, snapshot, error) }
    }
    let first = prompts.count / 2
    for range in [0..<first, first..<prompts.count] {
      let part = values.mapValues { values in
        let size = values.count / max(prompts.count, 1)
        return Array(values[range.lowerBound * size..<range.upperBound * size])
      }
      try accumulate(prompts.picking(Array(range)), part, accumulator.pointee)
    }
    let reports = Reports()
    let report = trial.structure("the icl_report", reports.table)
    try withExtendedLifetime(reports) { try finish(report) }
    return reports.transcript
  }

  private func accumulate(
    _ prompts: Prompts, _ values: [String: [Double]], _ accumulator: UnsafeMutableRawPointer?
  ) throws {
    let signature = prompts.signature
    let losses = values["losses"]!
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
    raw.predictions = doubles("predictions", values["predictions"]!)
    raw.targets = doubles("targets", prompts.tensors["target"]!)
    raw.losses = doubles("losses", losses)
    raw.oracle_losses = doubles("oracle losses", values["oracle"] ?? losses.map { $0 * 0.5 })
    (raw.latents, raw.latent_count) = (named(latents), UInt32(latents.count))
    (raw.inputs, raw.input_count) = (named(inputs), UInt32(inputs.count))
    let extra = values.filter { $0.key.hasPrefix("declared ") }.sorted { $0.key < $1.key }
      .map { (String($0.key.dropFirst(9)), $0.value) }
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
