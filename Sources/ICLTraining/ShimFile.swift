import ICLPlugins

/// A foreign library's manifest as the source of a plugin in C, as `registry emit-shim` writes it.
public struct ShimFile: Hashable, Sendable {
  public let text: String

  public init(manifest path: String) throws(Failure) {
    text = try failing { try ForeignShim(manifestAt: path).text }
  }
}
