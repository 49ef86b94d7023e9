import Glibc

extension Experiment {
  /// Reads a file with all that it inherits, and what was set on top of it.
  ///
  /// Of two values for one thing, the command line's counts before the file's, the file's before
  /// those of the files it inherits, and a later one of those before an earlier.
  public init(file: String, overrides: Settings = Settings()) throws(Failure) {
    var files = 0
    var written = try Self.written(file, inheritedBy: [], files: &files)
    try Self.set(overrides, in: &written)
    try self.init(written, file: file, metricSettings: overrides.ofMetrics)
  }

  /// What was set on the command line alone.
  public init(overrides: Settings) throws(Failure) {
    var written = Written.empty(.commandLine)
    try Self.set(overrides, in: &written)
    try self.init(written, file: nil, metricSettings: overrides.ofMetrics)
  }

  public init(_ configuration: RunConfiguration) throws(Failure) {
    var settings = configuration.settings
    settings.set(.model, "component", configuration.model)
    settings.set(.task, "component", configuration.task)
    if let optimizer = configuration.optimizer { settings.set(.optimizer, "component", optimizer) }
    try self.init(overrides: settings)
    metrics = configuration.metrics?.map { MetricChoice(ComponentChoice($0)) }
    if configuration.optimizer == nil { optimizer = nil }
  }

  private static let inheritanceLimit = 64

  private static func written(
    _ path: String, inheritedBy heirs: [(path: String, identity: FileIdentity)],
    files count: inout Int
  ) throws(Failure) -> Written {
    let source = try SourceFile(reading: path)
    let chain = heirs.map(\.path) + [path]
    guard !heirs.contains(where: { $0.identity == source.identity }) else {
      throw Failure(
        .configuration, key: "\(heirs[heirs.count - 1].path): defaults",
        "the file inherits itself: \(chain.joined(separator: " -> ")).",
        hint: "Take one of them out.")
    }
    count += 1
    guard count <= inheritanceLimit else {
      throw Failure(
        .configuration, key: path, "more than \(inheritanceLimit) files inherit one another.")
    }
    var own = try YAMLReader.read(source).normalised
    var reader = try MappingReader(own, path: "", expected: "an experiment")
    guard let defaults = reader.take("defaults") else { return own }
    own.remove("defaults")
    var inherited = Written.empty(own.origin)
    for item in try files(defaults) {
      let base = item.path.hasPrefix("/") ? item.path : source.folder + item.path
      do throws(Failure) {
        inherited = inherited.overlaid(
          by: try written(base, inheritedBy: heirs + [(path, source.identity)], files: &count))
      } catch where error.status == .missingInput && error.key == base {
        throw Failure(
          .missingInput, key: item.origin.key("defaults"),
          "cannot read '\(base)': \(error.message)",
          hint: "Paths are relative to the file that names them.")
      }
    }
    return inherited.overlaid(by: own)
  }

  /// `base.yaml` or `[base.yaml, more.yaml]`.
  private static func files(
    _ written: Written
  ) throws(Failure) -> [(path: String, origin: ValueOrigin)] {
    let items: [Written]
    switch written.value {
    case .list(let list): items = list
    default: items = [written]
    }
    var files: [(path: String, origin: ValueOrigin)] = []
    for item in items {
      guard case .scalar(let path, _) = item.value, !path.isEmpty else {
        throw Failure(
          .configuration, key: item.origin.key("defaults"),
          "expected a file or a list of files, found \(item.kind).")
      }
      files.append((path, item.origin))
    }
    return files
  }

  private static func set(_ settings: Settings, in written: inout Written) throws(Failure) {
    for owner in [OptionOwner.model, .task, .optimizer] {
      let values = settings.all(of: owner).sorted { $0.key < $1.key }.map { name, setting in
        Written.Entry(
          key: name, origin: setting.origin,
          value: Written(.scalar(setting.text, isQuoted: false), setting.origin))
      }
      guard !values.isEmpty else { continue }
      let layer = Written(
        .mapping([
          Written.Entry(
            key: "\(owner)", origin: .commandLine, value: Written(.mapping(values), .commandLine))
        ]), written.origin)
      written = written.overlaid(by: layer)
    }
    for (name, setting) in settings.all(of: .run) {
      written.set(
        ["run", name], Written(.scalar(setting.text, isQuoted: false), setting.origin))
    }
    for override in settings.overrides {
      let path = override.path.joined(separator: ".")
      let value = try YAMLReader.read(override.text, for: path)
      written.set(override.path[...], value)
    }
    written = written.normalised
  }
}

extension Written {
  /// Components as mappings, so that they can be joined: `task: ridge` as
  /// `task: {component: ridge}`.
  var normalised: Written {
    var result = self
    for key in ["model", "task", "optimizer"] {
      if let written = self[key] { result.set([key], written.named) }
    }
    if case .mapping(let plans) = self["evaluations"]?.value {
      for plan in plans {
        guard let task = plan.value["task"] else { continue }
        result.set(["evaluations", plan.key, "task"], task.named)
      }
    }
    return result
  }

  mutating func remove(_ key: String) {
    guard case .mapping(let entries) = value else { return }
    value = .mapping(entries.filter { $0.key != key })
  }
}
