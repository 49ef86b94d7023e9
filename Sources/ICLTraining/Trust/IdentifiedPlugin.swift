import ICLPlugins
import ICLRecords

/// A library that somebody decides to vouch for: what its bytes say of themselves.
///
/// It is loaded for that, from the bytes whose digest is taken, whatever the policy says.
public struct IdentifiedPlugin: Hashable, Sendable {
  public let path: String
  public let statement: PluginStatement

  public var pin: PluginLock.Pin {
    PluginLock.Pin(file: fileName(path), statement: statement)
  }

  public init(path: String) throws(Failure) {
    let library = try failing { try PluginLibrary.load(path: path, gate: Identifying()) }
    self.path = path
    statement = PluginStatement(
      name: library.name, version: library.version, sha256: try library.digest())
  }

  private struct Identifying: PluginGate {
    var readsBytes: Bool { true }
    func admit(_ copy: SealedCopy) -> Admission {
      Admission(digest: Digest.sha256(of: copy.bytes), standing: .nobody, loadsCopy: true)
    }
    func refused(_ copy: SealedCopy, _ error: PluginError) {}
  }

  /// Signs it, beside the library or in a folder of signatures, and keeps the signatures that
  /// others have made of the same bytes.
  ///
  /// - Returns: the path of the signature.
  public func sign(with key: SigningKey, in folder: String?) throws(Failure) -> String {
    let path =
      folder.map { "\($0)/\(fileName(SignatureFile.path(of: self.path)))" }
      ?? SignatureFile.path(of: self.path)
    var file = SignatureFile(statement)
    if let earlier = try? SignatureFile(file: path), earlier.statement == statement {
      file = earlier
    }
    file.sign(with: key)
    let signed = file
    try failing { try signed.write(to: path) }
    return path
  }
}
