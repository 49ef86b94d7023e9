/// The signatures of one library, in a file beside it: `libridge-task.so.sig`.
public struct SignatureFile: Hashable, Sendable {
  public struct Signature: Hashable, Sendable {
    public let key: PublicKey
    let bytes: [UInt8]
  }

  public let statement: PluginStatement
  public private(set) var signatures: [Signature] = []

  public init(_ statement: PluginStatement) { self.statement = statement }

  /// Where the signatures of a library stand.
  public static func path(of library: String) -> String { library + ".sig" }

  /// Adds a signature, in place of an earlier one with the same key.
  public mutating func sign(with key: SigningKey) {
    signatures.removeAll { $0.key == key.publicKey }
    signatures.append(
      Signature(key: key.publicKey, bytes: key.signature(for: statement.message)))
  }

  /// Whether one of the signatures is of this key, and right.
  public func isSigned(with key: PublicKey) -> Bool {
    signatures.contains { $0.key == key && key.isValid($0.bytes, for: statement.message) }
  }

  public init(file path: String) throws(RecordError) {
    func bad(_ message: String) -> RecordError {
      RecordError(
        .badData, path: path, message: message,
        hint: "Sign the library again: icl-host registry sign")
    }
    let json = try JSON(file: path)
    guard json["format"]?.integer == 1, let statement = PluginStatement(json),
      let list = json["signatures"]?.elements
    else { throw bad("it is no file of signatures in format 1") }
    self.statement = statement
    for entry in list {
      guard let key = entry["key"]?.string.flatMap(decodedBase64), key.count == 32,
        let bytes = entry["signature"]?.string.flatMap(decodedBase64), bytes.count == 64
      else { throw bad("a signature in it is cut short or is no base64") }
      signatures.append(Signature(key: PublicKey(bytes: key), bytes: bytes))
    }
  }

  public func write(to path: String) throws(RecordError) {
    var json: JSON = ["format": 1]
    for member in statement.json.members ?? [] { json.add(member.key, member.value) }
    json.add(
      "signatures",
      .array(
        signatures.map {
          ["key": .text($0.key.base64), "signature": .text(encodedBase64($0.bytes))]
        }))
    try TextFile.write(json.text + "\n", to: path)
  }
}
