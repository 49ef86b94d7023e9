import ICLPlugins
import ICLRecords

extension TrustGate {
  /// What is known of a library's bytes.
  struct Verdict {
    var admission: Admission
    /// Why the policy refuses them; nil if it does not.
    var refusal: PluginError?
  }

  /// - Parameters:
  ///   - file: the library's name without folder, under which the lock knows it.
  ///   - path: where it is, to find its signatures and for errors.
  func examine(
    file: String, path: String, bytes: UnsafeRawBufferPointer
  ) throws(PluginError) -> Verdict {
    let digest = Digest.sha256(of: bytes)
    let policy = try policy().policy
    var admission = Admission(digest: digest, standing: .nobody, loadsCopy: copiesAll)
    func vouched(_ standing: Admission.Standing, _ statement: PluginStatement) {
      admission.standing = standing
      admission.loadsCopy = true
      admission.name = statement.name
      admission.version = statement.version
    }
    do throws(PluginError) {
      let lock = try lock()
      let pin = lock.pin(file: file, digest: digest)
      if policy != .signed, let pin {
        vouched(.pinned, pin.statement)
        return Verdict(admission: admission)
      }
      if policy == .pinned {
        return Verdict(
          admission: admission, refusal: unpinned(file: file, path: path, digest, in: lock))
      }
      let state = try signature(of: digest, path: path)
      switch state {
      case .success(let found): vouched(.signed(by: found.signer), found.statement)
      case .failure(let unsigned):
        guard policy == .signed else { break }
        return Verdict(admission: admission, refusal: self.unsigned(unsigned, path: path))
      }
    } catch {
      // Under the open policy, a store that cannot be read only vouches for nothing.
      guard policy == .open else { throw error }
    }
    return Verdict(admission: admission)
  }

  private func signature(
    of digest: String, path: String
  ) throws(PluginError) -> TrustStore.SignatureState {
    guard let store else { return .failure(.none) }
    return try reading { () throws(RecordError) in
      try store.signature(of: digest, library: path)
    }
  }

  private func unpinned(
    file: String, path: String, _ digest: String, in lock: PluginLock
  ) -> PluginError {
    let pins = lock.pins(file: file)
    if let pin = pins.first {
      return PluginError(
        .changed,
        "this is not the \(file) that the lock has: SHA-256 \(pin.statement.sha256.prefix(16))... "
          + "is pinned, found \(digest.prefix(16))....",
        hint: "If you built or updated it: icl-host registry lock \(path)", path: path)
    }
    if let other = lock.pins.first(where: { $0.statement.sha256 == digest }) {
      return PluginError(
        .notPinned, "the lock has these bytes as \(other.file), not as \(file).",
        hint: "If it may have this name: icl-host registry lock \(path)", path: path)
    }
    return PluginError(
      .notPinned, "the policy is 'pinned', and the lock does not have this plugin.",
      hint: "If you trust it: icl-host registry lock \(path)", path: path)
  }

  private func unsigned(_ reason: TrustStore.Unsigned, path: String) -> PluginError {
    switch reason {
    case .none:
      PluginError(
        .notSigned, "the policy is 'signed', and this plugin has no signature.",
        hint: "Get \(fileName(SignatureFile.path(of: path))) from its author, or sign it yourself: "
          + "icl-host registry sign", path: path)
    case .otherBytes(let file):
      PluginError(
        .wrongSignature, "its signature is of other bytes: it was changed after it was signed.",
        hint: "Get the plugin and \(fileName(file)) again from its author.", path: path)
    case .unknownKeys(_, let keys):
      PluginError(
        .untrustedKey,
        "it is signed, but not with a key that you trust: "
          + (keys.isEmpty ? "by nobody" : keys.map(\.base64).joined(separator: ", ")) + ".",
        hint: "If you know whose that is: icl-host registry trust add FILE.pub", path: path)
    case .wrong(_, let signer):
      PluginError(
        .wrongSignature, "it has a signature under the key of '\(signer)', which did not make it.",
        hint: "Do not use it: somebody has tampered with it or its signature.", path: path)
    case .damaged(let error):
      PluginError(
        .wrongSignature, "its signature cannot be read: \(error.message).",
        hint: "Get \(fileName(error.path)) again from its author.", path: path)
    }
  }
}
