import Glibc

/// Pairs of keys that a user signs with: NAME.key is secret, NAME.pub is for others.
public struct KeyFolder: Hashable, Sendable {
  public let folder: String

  public init(_ folder: String) { self.folder = folder }

  /// $XDG_CONFIG_HOME/icl-host/keys, or ~/.config/icl-host/keys.
  public init?(environment: [String: String]) {
    guard let store = TrustStore(environment: environment),
      let end = store.folder.lastIndex(of: "/")
    else { return nil }
    folder = store.folder[..<end] + "/keys"
  }

  public func secretPath(_ name: String) -> String { "\(folder)/\(name).key" }
  public func publicPath(_ name: String) -> String { "\(folder)/\(name).pub" }

  /// Makes a new pair; a name that is there is refused.
  public func generate(_ name: String) throws(RecordError) {
    try Self.check(name: name)
    try makeFolder(folder)
    let key = SigningKey.generated()
    try key.write(to: secretPath(name))
    try TextFile.write(key.publicKey.text + "\n", to: publicPath(name))
  }

  /// The secret key of a name; without one the only key that there is.
  public func key(_ name: String?) throws(RecordError) -> (name: String, key: SigningKey) {
    let all = (names(in: folder) ?? []).filter { $0.hasSuffix(".key") }.map { $0.dropLast(4) }
    guard let name = name ?? (all.count == 1 ? String(all[0]) : nil) else {
      throw RecordError(
        .missing, path: folder,
        message: all.isEmpty
          ? "there is no key to sign with"
          : "there are several keys: \(all.joined(separator: ", "))",
        hint: all.isEmpty
          ? "Make one: icl-host registry keygen NAME" : "Say which with --key.")
    }
    return (name, try SigningKey(file: secretPath(name)))
  }

  /// Names are parts of file names.
  public static func check(name: String) throws(RecordError) {
    let isName =
      !name.isEmpty && name.first != "." && name.utf8.count <= 100
      && name.utf8.allSatisfy {
        (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
          || [45, 46, 64, 95].contains($0)
      }
    guard isName else {
      throw RecordError(
        .badData, path: name, message: "this is no name for a key",
        hint: "Use letters, digits and -_.@, such as alice@example.org")
    }
  }
}
