/// Finds components by name or path.
public struct PluginCatalog: Sendable {
  /// One component that can be named, as its manifest or its library says.
  public struct Entry: Hashable, Sendable {
    public let plugin: String
    public let path: String
    public let kind: ComponentKind
    public let id: String
    public let version: String
    public let summary: String
    public let options: [OptionDeclaration]
  }
  /// A library in the search path that cannot be used.
  public struct Refusal: Hashable, Sendable {
    public let path: String
    public let error: PluginError
  }

  public let searchPath: SearchPath
  public init(_ searchPath: SearchPath, floatingPoint: FloatingPointPolicy = .refuse) {
    self.searchPath = searchPath
  }
  /// A name, `plugin#component`, or a path: `./plugin.so`, `plugin.so#component`.
  public func resolve(_ name: String, kind: ComponentKind) throws(PluginError) -> Component {
    fatalError()
  }
  public func all() -> (entries: [Entry], refusals: [Refusal]) { fatalError() }
}
