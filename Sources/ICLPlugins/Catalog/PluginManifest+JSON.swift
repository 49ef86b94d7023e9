internal import FoundationEssentials

extension PluginManifest {
  /// As it stands in Registry/plugins: keys sorted, two spaces, a newline at the end.
  public func json() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings and finite numbers always encode.
    let data = try! encoder.encode(self)
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Reads a manifest's text.
  public init(json: String, path: String = "") throws(PluginError) {
    do {
      self = try JSONDecoder().decode(PluginManifest.self, from: Data(json.utf8))
    } catch {
      throw PluginError(
        .badManifest, "this is not a plugin's manifest: \(Self.reason(error)).",
        hint: "Write it again with: icl-host registry manifest", path: path)
    }
    guard format == 1 else {
      throw PluginError(
        .badManifest, "the manifest has format \(format), this host reads format 1.",
        hint: "Write it again with: icl-host registry manifest", path: path)
    }
  }

  /// Reads every manifest of a folder; by the name of its library.
  static func read(folder: String) -> (byFile: [String: PluginManifest], refusals: [PluginError]) {
    var byFile: [String: PluginManifest] = [:]
    var refusals: [PluginError] = []
    for name in Folder.names(in: folder) where name.hasSuffix(".json") {
      let path = "\(folder)/\(name)"
      do throws(PluginError) {
        let file = try FileBytes(path: path)
        let bytes = file.read(at: 0, count: file.size) ?? []
        let manifest = try PluginManifest(json: String(decoding: bytes, as: UTF8.self), path: path)
        byFile[manifest.file] = manifest
      } catch {
        refusals.append(error)
      }
    }
    return (byFile, refusals)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
    default: "it is not JSON"
    }
  }
}
