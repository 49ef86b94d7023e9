/// What a pin or a signature says: these bytes are this version of this plugin.
public struct PluginStatement: Hashable, Sendable {
  public var name: String
  public var version: String
  /// SHA-256 of the library, as 64 lower-case hexadecimal digits.
  public var sha256: String

  public init(name: String, version: String, sha256: String) {
    self.name = name
    self.version = version
    self.sha256 = sha256
  }

  /// What is signed. The first line keeps a signature from being valid for anything else.
  var message: [UInt8] {
    Array(
      "icl-host plugin signature 1\nname \(name)\nversion \(version)\nsha256 \(sha256)\n".utf8)
  }

  var json: JSON {
    ["name": .text(name), "version": .text(version), "sha256": .text(sha256)]
  }

  /// nil where a member is missing or cannot be what it should be.
  init?(_ json: JSON) {
    guard let name = json["name"]?.string, let version = json["version"]?.string,
      let sha256 = json["sha256"]?.string, Self.isDigest(sha256),
      ![name, version].contains(where: { $0.isEmpty || $0.contains(where: \.isNewline) })
    else { return nil }
    self.init(name: name, version: version, sha256: sha256)
  }

  static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
