import ICLPlugins
import ICLRecords

/// A plugin's manifest, as `registry manifest` writes it.
public struct ManifestFile: Hashable, Sendable {
  /// Of the file: <plugin>.json.
  public let name: String
  public let text: String

  /// Opens the library at a path and asks it what it offers.
  public init(
    plugin path: String, gate: (any PluginGate)? = nil, isolation: Isolation? = nil
  ) throws(Failure) {
    let manifest = PluginManifest(
      try failing { try PluginLibrary.load(path: path, gate: gate, isolation: isolation) })
    name = manifest.name + ".json"
    text = manifest.json()
  }

  public func write(to folder: String) throws(Failure) {
    try failing { try TextFile.write(text, to: "\(folder)/\(name)") }
  }
}
