import ICLPlugins
import ICLRecords

/// What is known of one library without running any of its code.
public struct PluginExamination: Sendable {
  public let path: String
  /// SHA-256; nil where the file cannot be read, or others may change it.
  public let digest: String?
  /// Where the lock has these bytes under this name.
  public let pin: PluginLock.Pin?
  public let signature: TrustStore.SignatureState
  /// Why it would not be loaded: its file, its note, or the policy.
  public let refusal: PluginError?
  /// Why these bytes were refused at another time.
  public let earlier: RefusalRecords.Record?

  public var signer: String? {
    if case .success(let found) = signature { found.signer } else { nil }
  }

  /// Whether the lock or a trusted key vouches for it.
  public var isVouchedFor: Bool { pin != nil || signer != nil }

  /// nil for what has no note, and so is no plugin.
  public init?(path: String, gate: TrustGate) {
    self.path = path
    var refusal: PluginError?
    var digest: String?
    do throws(PluginError) {
      let copy = try SealedCopy(path: path)
      digest = Digest.sha256(of: copy.bytes)
      _ = try PluginNote.readChecked(copy)
      refusal = try gate.examine(file: fileName(path), path: path, bytes: copy.bytes).refusal
    } catch {
      if error.code == .noNote { return nil }
      refusal = error
    }
    self.digest = digest
    self.refusal = refusal
    pin = digest.flatMap { digest in
      (try? gate.lock())?.pin(file: fileName(path), digest: digest)
    }
    signature =
      digest.flatMap { try? gate.store?.signature(of: $0, library: path) } ?? .failure(.none)
    earlier = digest.flatMap { gate.refusals?.record(of: $0) }
  }

  /// "pinned, signed by alice", or why nobody vouches for it.
  public var standing: String {
    let parts = (pin == nil ? [] : ["pinned"]) + (signer.map { ["signed by \($0)"] } ?? [])
    if !parts.isEmpty { return parts.joined(separator: ", ") }
    guard case .failure(let reason) = signature else { return "" }
    switch reason {
    case .none: return "nobody vouches for it"
    case .otherBytes: return "its signature is of other bytes"
    case .unknownKeys: return "signed with a key that is not trusted"
    case .wrong(_, let signer): return "its signature is not by '\(signer)', as it says"
    case .damaged: return "its signature cannot be read"
    }
  }

  public var json: JSON {
    [
      "path": .text(path), "sha256": digest.map { .text($0) } ?? nil,
      "pinned": .boolean(pin != nil), "signed_by": signer.map { .text($0) } ?? nil,
      "standing": .text(standing), "refused": refusal.map(Self.json) ?? nil,
      "refused_earlier": earlier.map {
        [
          "time": .text($0.time), "code": .text($0.code), "message": .text($0.message),
          "file": .text($0.file),
        ]
      } ?? nil,
    ]
  }

  private static func json(_ error: PluginError) -> JSON {
    [
      "code": .text(error.code.rawValue), "message": .text(error.message),
      "hint": .text(error.hint),
    ]
  }
}

extension PluginExamination {
  /// Of every plugin in the search path.
  public static func plugins(in catalog: PluginCatalog, gate: TrustGate) -> [PluginExamination] {
    catalog.libraries().flatMap { $0.paths ?? [] }.compactMap {
      PluginExamination(path: $0, gate: gate)
    }
  }
}
