/// What happens where a library changes the processor's floating-point mode.
public enum FloatingPointPolicy: Sendable { case refuse, warn }

/// A plugin that was identified, opened and checked. It is never closed.
public final class PluginLibrary: @unchecked Sendable {
  public let path: String
  public let name: String
  public let version: String
  public let license: String
  public let url: String?
  public let abiMinor: UInt32
  public let components: [Component]
  /// What was ignored: components of kinds that this host does not know, and so on.
  public let warnings: [String]
  init() { fatalError() }
  public static func load(
    path: String, floatingPoint: FloatingPointPolicy = .refuse
  ) throws(PluginError) -> PluginLibrary { fatalError() }
}
