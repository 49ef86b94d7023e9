import Foundation
import ICLRecords
import Testing

/// Keys, signatures, the lock and the trust store as files.
@Suite struct TrustTests {
  static let statement = PluginStatement(
    name: "ridge-task", version: "1.0.0", sha256: String(repeating: "0a", count: 32))

  /// RFC 8032, section 7.1, test 1.
  static let seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
  static let publicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

  private func knownKey(in folder: URL) throws -> SigningKey {
    let path = folder.appending(path: "known.key").path
    try "icl-ed25519-secret \(Self.seed)\n".write(
      toFile: path, atomically: false, encoding: .utf8)
    chmod(path, 0o600)
    return try SigningKey(file: path)
  }

  @Test func thePublicKeyIsThatOfTheStandard() throws {
    try withTemporaryFolder { folder in
      let key = try knownKey(in: folder)
      #expect(key.publicKey.base64 == Self.publicKey)
    }
  }

  /// OpenSSL makes the same signature of the text that the documentation gives.
  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is needed"))
  func openSSLSignsTheSame() throws {
    try withTemporaryFolder { folder in
      // PKCS 8 for Ed25519 is a fixed head and the seed (RFC 8410, section 7).
      let head = try #require(Data(base64Encoded: "MC4CAQAwBQYDK2VwBCIEIA=="))
      let key = head + (try #require(Data(base64Encoded: Self.seed)))
      try key.write(to: folder.appending(path: "key.der"))
      let message =
        "icl-host plugin signature 1\nname ridge-task\nversion 1.0.0\n"
        + "sha256 \(Self.statement.sha256)\n"
      try Data(message.utf8).write(to: folder.appending(path: "message"))
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/openssl")
      process.currentDirectoryURL = folder
      process.arguments = [
        "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", "key.der", "-in", "message",
        "-out", "signature",
      ]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let theirs = try Data(contentsOf: folder.appending(path: "signature"))
      let path = folder.appending(path: "x.sig").path
      try SignatureFile(Self.statement).signed(with: knownKey(in: folder)).write(to: path)
      let ours = try JSON(file: path)["signatures"]?.elements?.first?["signature"]?.string
      #expect(ours == theirs.base64EncodedString())
    }
  }

  @Test func everyChangeOfASignedFileIsNoticed() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.sig").path
      let key = SigningKey.generated()
      try SignatureFile(Self.statement).signed(with: key).write(to: path)
      let file = try SignatureFile(file: path)
      #expect(file.isSigned(with: key.publicKey))
      #expect(!file.isSigned(with: SigningKey.generated().publicKey))
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for (old, new) in [
        ("1.0.0", "1.0.1"), ("ridge-task", "ridge-tusk"), ("0a0a", "0a0b"), ("\"1.0.0\"", "\"\""),
      ] {
        let changed = text.replacingOccurrences(of: old, with: new)
        #expect(changed != text)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        let isSigned = (try? SignatureFile(file: path).isSigned(with: key.publicKey)) ?? false
        #expect(!isSigned, "\(old) became \(new)")
      }
    }
  }

  @Test func aLockIsReadAsItWasWritten() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "plugins.lock").path
      let pin = PluginLock.Pin(file: "libridge-task.so", statement: Self.statement)
      var other = pin
      other.file = "libadam.so"
      try PluginLock([pin, other]).write(to: path)
      let read = try PluginLock(file: path)
      #expect(read == PluginLock([other, pin]))
      #expect(read.pin(file: "libridge-task.so", digest: Self.statement.sha256) == pin)
      #expect(read.pin(file: "libother.so", digest: Self.statement.sha256) == nil)
      var newer = pin
      newer.statement.version = "2.0.0"
      #expect(read.replacing([newer]) == PluginLock([other, newer]))
    }
  }

  @Test func theStoreKeepsKeysByName() throws {
    try withTemporaryFolder { folder in
      let store = TrustStore(folder.appending(path: "icl-host/trust").path)
      #expect(try store.keys().isEmpty && store.policy() == nil && store.lock() == PluginLock())
      let (one, two) = (SigningKey.generated().publicKey, SigningKey.generated().publicKey)
      try store.add(one, name: "one")
      try store.add(one, name: "one")
      try store.add(two, name: "two")
      #expect(try store.keys().map(\.name) == ["one", "two"])
      #expect(recordError { try store.add(two, name: "one") }?.code == .cannotCreate)
      try store.remove("one")
      #expect(try store.keys().map(\.key) == [two])
      try store.setPolicy("signed")
      #expect(try store.policy() == "signed")
    }
  }

  @Test func whoVouchesForBytes() throws {
    try withTemporaryFolder { folder in
      let store = TrustStore(folder.appending(path: "icl-host/trust").path)
      let digest = Self.statement.sha256
      #expect(!store.isTrusted(digest: digest))
      let key = SigningKey.generated()
      try store.add(key.publicKey, name: "alice")
      try SignatureFile(Self.statement).signed(with: key).write(
        to: store.signaturePath(digest: digest))
      #expect(store.isTrusted(digest: digest))
      #expect(!store.isTrusted(digest: String(repeating: "0b", count: 32)))
      try store.remove("alice")
      #expect(!store.isTrusted(digest: digest))
      try PluginLock([.init(file: "libx.so", statement: Self.statement)]).write(to: store.lockPath)
      #expect(store.isTrusted(digest: digest))
      // What others may write to vouches for nothing.
      for path in [store.lockPath, store.folder, folder.appending(path: "icl-host").path] {
        var status = stat()
        stat(path, &status)
        chmod(path, status.st_mode | 0o020)
        #expect(!store.isTrusted(digest: digest), "\(path)")
        chmod(path, status.st_mode)
        #expect(store.isTrusted(digest: digest))
      }
    }
  }

  /// What each mistake is answered with.
  @Test func errors() throws {
    try withTemporaryFolder { folder in
      func file(_ text: String, mode: mode_t = 0o600) throws -> String {
        let path = folder.appending(path: "file").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, mode)
        return path
      }
      let keys = KeyFolder(folder.appending(path: "keys").path)
      let store = TrustStore(folder.appending(path: "icl-host/trust").path)
      try keys.generate("alice")
      let table: [(message: String, body: () throws -> Void)] = [
        (
          "it holds no public key: \"icl-ed25519\" and 44 characters are expected",
          { _ = try PublicKey(file: file("icl-ed25519 abc")) }
        ),
        (
          "others may read or write this secret key",
          { _ = try SigningKey(file: file("icl-ed25519-secret \(Self.seed)", mode: 0o640)) }
        ),
        (
          "it holds no secret key: \"icl-ed25519-secret\" and 44 characters are expected",
          { _ = try SigningKey(file: file("icl-ed25519 \(Self.seed)")) }
        ),
        (
          "a key is there already, and is not replaced", { try keys.generate("alice") }
        ),
        ("this is no name for a key", { try keys.generate("../alice") }),
        ("this is no name for a key", { try store.remove("../../alice") }),
        ("no key of the name 'bob' is trusted", { try store.remove("bob") }),
        (
          "there is no key to sign with",
          { _ = try KeyFolder(folder.appending(path: "none").path).key(nil) }
        ),
        (
          "there are several keys: alice, bob",
          {
            try keys.generate("bob")
            _ = try keys.key(nil)
          }
        ),
        ("it is no file of signatures in format 1", { _ = try SignatureFile(file: file("{}")) }),
        ("it is no lock of plugins in format 1", { _ = try PluginLock(file: file("[]")) }),
        (
          "entry 0 has no file, name, version and SHA-256",
          {
            _ = try PluginLock(
              file: file("{\"format\": 1, \"plugins\": [{\"file\": \"../x.so\"}]}"))
          }
        ),
      ]
      for row in table { #expect(recordError(row.body)?.message == row.message) }
      var status = stat()
      stat(keys.secretPath("alice"), &status)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func whyBytesWereRefusedIsKept() throws {
    try withTemporaryFolder { folder in
      let records = RefusalRecords(folder.appending(path: "a/refused").path)
      let digest = Self.statement.sha256
      #expect(records.record(of: digest) == nil)
      let record = RefusalRecords.Record(
        file: "/x/libx.so", code: "not-pinned", message: "why.", hint: "what to do")
      try records.write(record, digest: digest)
      #expect(records.record(of: digest) == record)
      #expect(record.time.count == 20 && record.time.hasSuffix("Z"))
      records.remove(digest: digest)
      #expect(records.record(of: digest) == nil)
    }
  }
}

extension SignatureFile {
  fileprivate func signed(with key: SigningKey) -> SignatureFile {
    var copy = self
    copy.sign(with: key)
    return copy
  }
}
