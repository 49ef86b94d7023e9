import Glibc

/// What one user trusts: keys, the lock, and which plugins may be loaded.
///
///     keys/NAME.pub         keys whose signatures count
///     signatures/SHA256.sig signatures of libraries that have none beside them
///     plugins.lock          pinned libraries
///     policy                open, pinned or signed
///
/// Everything in it is read at each question: it is small, and may change while a process runs.
public struct TrustStore: Hashable, Sendable {
  public let folder: String

  public init(_ folder: String) { self.folder = folder }

  /// $XDG_CONFIG_HOME/icl-host/trust, or ~/.config/icl-host/trust; nil where neither is absolute.
  public init?(environment: [String: String]) {
    func absolute(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard
      let configuration = absolute("XDG_CONFIG_HOME") ?? absolute("HOME").map({ $0 + "/.config" })
    else { return nil }
    folder = configuration + "/icl-host/trust"
  }

  public var lockPath: String { folder + "/plugins.lock" }
  public var policyPath: String { folder + "/policy" }

  public func keyPath(_ name: String) -> String { "\(folder)/keys/\(name).pub" }

  /// Where the signatures of these bytes stand, if not beside the library.
  public func signaturePath(digest: String) -> String { "\(folder)/signatures/\(digest).sig" }

  /// Whether somebody vouches for these bytes: the lock, or a trusted key's signature in the store
  /// or beside the library. False where the store cannot be read or others may write to it.
  ///
  /// - Parameters:
  ///   - digest: SHA-256 of what is loaded, as lower-case hexadecimal digits.
  ///   - library: its path, to find signatures beside it.
  public func isTrusted(digest: String, library: String? = nil) -> Bool {
    if (try? lock().contains(digest: digest)) == true { return true }
    return (try? signer(of: digest, library: library)) != nil
  }

  /// No pins where there is no lock.
  public func lock() throws(RecordError) -> PluginLock {
    guard try isSafe(lockPath) else { return PluginLock() }
    return try PluginLock(file: lockPath)
  }

  /// "open", "pinned" or "signed", as it was set; nil where nothing was.
  public func policy() throws(RecordError) -> String? {
    guard try isSafe(policyPath) else { return nil }
    return try TextFile.read(policyPath).split(whereSeparator: \.isWhitespace).first.map(
      String.init) ?? ""
  }

  public func setPolicy(_ policy: String) throws(RecordError) {
    try makeFolders()
    try TextFile.write(policy + "\n", to: policyPath)
  }

  /// By name.
  public func keys() throws(RecordError) -> [(name: String, key: PublicKey)] {
    let folder = folder + "/keys"
    guard try isSafe(folder) else { return [] }
    var keys: [(name: String, key: PublicKey)] = []
    for name in names(in: folder) ?? [] where name.hasSuffix(".pub") {
      let path = "\(folder)/\(name)"
      guard try isSafe(path) else { continue }
      keys.append((String(name.dropLast(4)), try PublicKey(file: path)))
    }
    return keys
  }

  /// A name that is there is not given to another key.
  public func add(_ key: PublicKey, name: String) throws(RecordError) {
    try KeyFolder.check(name: name)
    let path = keyPath(name)
    if exists(path), try PublicKey(file: path) != key {
      throw RecordError(
        .cannotCreate, path: path, message: "another key has the name '\(name)'",
        hint: "Choose another name with --name, or remove it: icl-host registry trust remove "
          + name)
    }
    try makeFolders()
    try TextFile.write(key.text + "\n", to: path)
  }

  public func remove(_ name: String) throws(RecordError) {
    try KeyFolder.check(name: name)
    guard unlink(keyPath(name)) == 0 else {
      let known = try keys().map(\.name).joined(separator: ", ")
      throw RecordError(
        .missing, path: keyPath(name), message: "no key of the name '\(name)' is trusted",
        hint: known.isEmpty ? "None is." : "Those that are: \(known).")
    }
  }
}
