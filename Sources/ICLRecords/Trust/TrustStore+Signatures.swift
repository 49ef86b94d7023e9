import Glibc

extension TrustStore {
  /// Why no signature counts.
  public enum Unsigned: Hashable, Sendable {
    /// There is no file of signatures.
    case none
    /// The file is of other bytes, as after a change.
    case otherBytes(path: String)
    /// None of its keys is trusted.
    case unknownKeys(path: String, [PublicKey])
    /// A trusted key stands there, but did not make the signature.
    case wrong(path: String, signer: String)
    case damaged(RecordError)
  }

  /// Who has signed these bytes: the name of a trusted key; nil if nobody has.
  public func signer(of digest: String, library: String?) throws(RecordError) -> String? {
    switch try signature(of: digest, library: library) {
    case .success(let found): found.signer
    case .failure: nil
    }
  }

  public enum SignatureState: Hashable, Sendable {
    case success(Found)
    case failure(Unsigned)
  }

  public struct Found: Hashable, Sendable {
    public var signer: String
    public var statement: PluginStatement
  }

  /// Looks beside the library first, then in the store; the first that counts is taken, or else
  /// the first reason why none does.
  public func signature(of digest: String, library: String?) throws(RecordError) -> SignatureState {
    let keys = try keys()
    var reason: Unsigned?
    let paths =
      (library.map { [SignatureFile.path(of: $0)] } ?? []) + [signaturePath(digest: digest)]
    for path in paths where exists(path) {
      let state = Self.check(path, digest: digest, keys)
      guard case .failure(let unsigned) = state else { return state }
      reason = reason ?? unsigned
    }
    return .failure(reason ?? .none)
  }

  private static func check(
    _ path: String, digest: String, _ keys: [(name: String, key: PublicKey)]
  ) -> SignatureState {
    let file: SignatureFile
    do throws(RecordError) {
      file = try SignatureFile(file: path)
    } catch {
      return .failure(.damaged(error))
    }
    guard file.statement.sha256 == digest else { return .failure(.otherBytes(path: path)) }
    if let found = keys.first(where: { file.isSigned(with: $0.key) }) {
      return .success(Found(signer: found.name, statement: file.statement))
    }
    let signers = file.signatures.map(\.key)
    if let claimed = keys.first(where: { signers.contains($0.key) }) {
      return .failure(.wrong(path: path, signer: claimed.name))
    }
    return .failure(.unknownKeys(path: path, signers))
  }

  /// Whether it is there; an error where anybody else may write to it.
  func isSafe(_ path: String) throws(RecordError) -> Bool {
    guard exists(path) else { return false }
    // The file, the folder it is in, and so on up to the store, and the store's own folder.
    var place = path
    let top = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? folder
    while place.utf8.count >= top.utf8.count {
      try Self.checkWriters(of: place)
      guard let slash = place.lastIndex(of: "/"), slash > place.startIndex else { break }
      place = String(place[..<slash])
    }
    return true
  }

  /// Refuses a file or folder that anybody but the user and the system can write to.
  public static func checkWriters(of path: String) throws(RecordError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw RecordError(
        .badData, path: path, message: "it belongs to another user, so it says nothing about trust",
        hint: "Make one of your own.")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw RecordError(
        .badData, path: path, message: "others may write to it, so it says nothing about trust",
        hint: "Look at what it holds, then: chmod go-w \(path)")
    }
  }

  /// For the user alone, whatever the umask is.
  public func makeFolders() throws(RecordError) {
    let parent = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
    if let above = parent.lastIndex(of: "/"), above > parent.startIndex {
      try makeFolder(String(parent[..<above]))
    }
    for path in [parent, folder, folder + "/keys", folder + "/signatures"] {
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw RecordError(
          .cannotCreate, path: path, message: "cannot create the folder: \(reason())")
      }
    }
  }
}
