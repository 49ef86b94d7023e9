internal import CICL

/// What a plugin offers: it makes instances once its options are known.
public final class Component: @unchecked Sendable {
  public let kind: ComponentKind
  public let id: String
  public let version: String
  public let summary: String
  public let options: [OptionDeclaration]
  /// The plugin it is from. Libraries are kept until the process ends.
  public unowned let library: PluginLibrary

  /// Its place in the plugin's table.
  let index: Int
  let interface: Interface
  let raw: icl_component

  init(
    library: PluginLibrary, index: Int, kind: ComponentKind, id: String, version: String,
    summary: String, options: [OptionDeclaration], raw: icl_component, interface: Interface
  ) {
    self.library = library
    self.index = index
    self.kind = kind
    self.id = id
    self.version = version
    self.summary = summary
    self.options = options
    self.raw = raw
    self.interface = interface
  }

  /// The values that an instance would get, in the options' order.
  public func values(_ settings: [String: String]) throws(PluginError) -> [OptionValue] {
    try OptionParser.values(settings, for: options, owner: "\(kind)")
  }

  /// Settings: option name to text as typed; what is missing has its default. [main]
  public func makeModel(
    _ settings: [String: String] = [:], services: HostServices = .shared
  ) throws(PluginError) -> ModelInstance {
    guard case .model(let functions) = interface else { throw wrongKind(.model) }
    return ModelInstance(try Instance(self, settings, services), functions)
  }

  public func makeTask(
    _ settings: [String: String] = [:], services: HostServices = .shared
  ) throws(PluginError) -> TaskInstance {
    guard case .task(let functions) = interface else { throw wrongKind(.task) }
    return try TaskInstance(try Instance(self, settings, services), functions)
  }

  public func makeMetric(
    _ settings: [String: String] = [:], services: HostServices = .shared
  ) throws(PluginError) -> MetricInstance {
    guard case .metric(let functions) = interface else { throw wrongKind(.metric) }
    return MetricInstance(try Instance(self, settings, services), functions)
  }

  public func makeOptimizer(
    _ settings: [String: String] = [:], services: HostServices = .shared
  ) throws(PluginError) -> OptimizerInstance {
    guard case .optimizer(let functions) = interface else { throw wrongKind(.optimizer) }
    return OptimizerInstance(try Instance(self, settings, services), functions)
  }

  private func wrongKind(_ wanted: ComponentKind) -> PluginError {
    PluginError(
      .wrongKind, "'\(id)' is \(kind.withArticle), not \(wanted.withArticle).", path: library.path)
  }
}
