/// What a plugin offers: it makes instances once its options are known.
public final class Component: @unchecked Sendable {
  public let kind: ComponentKind
  public let id: String
  public let version: String
  public let summary: String
  public let options: [OptionDeclaration]
  init(
    kind: ComponentKind, id: String, version: String, summary: String, options: [OptionDeclaration]
  ) {
    self.kind = kind
    self.id = id
    self.version = version
    self.summary = summary
    self.options = options
  }
  /// The values that an instance would get, in the options' order.
  public func values(_ settings: [String: String]) throws(PluginError) -> [OptionValue] {
    fatalError()
  }
  /// Settings: option name to text as typed; what is missing has its default.
  public func makeModel(_ settings: [String: String] = [:]) throws(PluginError) -> ModelInstance {
    fatalError()
  }
  public func makeTask(_ settings: [String: String] = [:]) throws(PluginError) -> TaskInstance {
    fatalError()
  }
  public func makeMetric(_ settings: [String: String] = [:]) throws(PluginError) -> MetricInstance {
    fatalError()
  }
  public func makeOptimizer(
    _ settings: [String: String] = [:]
  ) throws(PluginError) -> OptimizerInstance { fatalError() }
}
