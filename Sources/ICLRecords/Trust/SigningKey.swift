internal import Crypto
internal import FoundationEssentials
import Glibc

/// The public half of a key that plugins are signed with: Ed25519 (RFC 8032).
public struct PublicKey: Hashable, Sendable {
  /// 32 bytes.
  let bytes: [UInt8]

  static let label = "icl-ed25519"

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads `icl-ed25519 <base64>`.
  public init(text: String, path: String) throws(RecordError) {
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, parts[0] == PublicKey.label,
      let bytes = decodedBase64(String(parts[1])), bytes.count == 32
    else {
      throw RecordError(
        .badData, path: path,
        message: "it holds no public key: \"\(PublicKey.label)\" and 44 characters are expected",
        hint: "A pair of keys is made by: icl-host registry keygen NAME")
    }
    self.init(bytes: bytes)
  }

  public init(file path: String) throws(RecordError) {
    try self.init(text: TextFile.read(path), path: path)
  }

  /// What stands in its file, without the end of the line.
  public var text: String { "\(PublicKey.label) \(base64)" }

  /// How signatures name it.
  public var base64: String { Data(bytes).base64EncodedString() }

  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
      return false
    }
    return key.isValidSignature(signature, for: message)
  }
}

/// The secret half. Its file is for its owner alone.
public struct SigningKey: Sendable {
  private let seed: [UInt8]
  public let publicKey: PublicKey

  static let label = "icl-ed25519-secret"

  private init(_ key: Curve25519.Signing.PrivateKey) {
    seed = Array(key.rawRepresentation)
    publicKey = PublicKey(bytes: Array(key.publicKey.rawRepresentation))
  }

  /// A new one, from the system's source of randomness.
  public static func generated() -> SigningKey { SigningKey(Curve25519.Signing.PrivateKey()) }

  /// - Parameter seed: 32 bytes.
  init?(seed: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    self.init(key)
  }

  /// Reads a secret key. A file that others can read is refused.
  public init(file path: String) throws(RecordError) {
    let text = try TextFile.read(path)
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
      throw RecordError(
        .badData, path: path, message: "others may read or write this secret key",
        hint: "If nobody has: chmod 600 \(path)")
    }
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, parts[0] == SigningKey.label,
      let seed = decodedBase64(String(parts[1])), let key = SigningKey(seed: seed)
    else {
      throw RecordError(
        .badData, path: path,
        message: "it holds no secret key: \"\(SigningKey.label)\" and 44 characters are expected",
        hint: "A pair of keys is made by: icl-host registry keygen NAME")
    }
    self = key
  }

  /// Writes it to a new file that only the owner can read; one that is there is never replaced.
  public func write(to path: String) throws(RecordError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw RecordError(
        .cannotCreate, path: path,
        message: errno == EEXIST
          ? "a key is there already, and is not replaced" : "cannot create it: \(reason())",
        hint: errno == EEXIST ? "Choose another name, or move that key away." : "")
    }
    defer { close(descriptor) }
    let text = "\(SigningKey.label) \(Data(seed).base64EncodedString())\n"
    guard writeAll(Array(text.utf8), to: descriptor) else {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
  }

  func signature(for message: [UInt8]) -> [UInt8] {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
      let signature = try? key.signature(for: message)
    else { preconditionFailure("the seed made a key before") }
    return Array(signature)
  }
}

/// nil where the text is not base64.
func decodedBase64(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map(Array.init) }

func encodedBase64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
