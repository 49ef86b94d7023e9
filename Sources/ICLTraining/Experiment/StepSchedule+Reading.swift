extension StepSchedule {
  static let keys = ["every", "at", "linear", "logarithmic", "logarithmic-down"]

  /// Reads any of `every: n`, `at: [...]`, `linear: n`, `logarithmic: n`, `logarithmic-down: n`, which
  /// are joined, with `ends: false` for these steps alone; nil if none is there.
  static func read(
    _ reader: inout MappingReader, first: Bool = true
  ) throws(Failure) -> StepSchedule? {
    var found: [Pattern] = []
    if let n = try reader.wholeNumber("every") { found.append(.every(n)) }
    if let steps = try reader.wholeNumbers("at", 0...1_000_000_000_000) { found.append(.at(steps)) }
    if let n = try reader.wholeNumber("linear", 1...1_000_000) { found.append(.linear(n)) }
    if let n = try reader.wholeNumber("logarithmic", 1...1_000_000) {
      found.append(.logarithmic(n))
    }
    if let n = try reader.wholeNumber("logarithmic-down", 1...1_000_000) {
      found.append(.logarithmicDown(n))
    }
    let ends = try reader.flag("ends")
    if found.isEmpty && ends == nil { return nil }
    let pattern = found.count == 1 ? found[0] : found.isEmpty ? .at([]) : .union(found)
    return StepSchedule(pattern, first: ends ?? first, last: ends ?? true)
  }

  /// `100` for every 100 steps, or a mapping.
  static func read(
    _ written: Written, path: String, first: Bool
  ) throws(Failure) -> StepSchedule {
    var reader = try MappingReader(written, path: path, expected: "steps, such as {every: 100}")
    let schedule = try read(&reader, first: first)
    try reader.finish()
    return schedule ?? StepSchedule(.at([]), first: first)
  }
}

extension RecordPlan {
  init(_ written: Written?) throws(Failure) {
    self.init()
    guard let written else { return }
    var reader = try MappingReader(written, path: "record", expected: "what is recorded")
    let training = try Self.steps("training", "training", &reader)
    let checkpoints = try Self.steps("checkpoint", "checkpoints", &reader)
    try reader.finish()
    self.training = training ?? self.training
    self.checkpoints = checkpoints ?? self.checkpoints
  }

  /// `training-every: 10`, or `training: {logarithmic: 100}`.
  private static func steps(
    _ short: String, _ long: String, _ reader: inout MappingReader
  ) throws(Failure) -> StepSchedule? {
    let every = try reader.wholeNumber("\(short)-every")
    let written = reader.take(long)
    if every != nil, let written {
      throw Failure(
        .configuration, key: written.origin.key(reader.path(of: long)),
        "\(short)-every and \(long) exclude each other.", hint: "Keep one of them.")
    }
    if let every { return StepSchedule(.every(every), first: false) }
    return try written.map { (written) throws(Failure) in
      try StepSchedule.read(written, path: reader.path(of: long), first: false)
    }
  }
}
