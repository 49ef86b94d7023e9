import Foundation
import Glibc
import ICLPlugins
import ICLRecords
import ICLTraining
import Testing

/// A folder with a good plugin, one of an attacker, a trust store, and two keys of which one is
/// trusted. The attacker's plugin leaves a mark if any of its code runs.
final class TrustBench {
  let folder: URL
  let store: TrustStore
  let alice = SigningKey.generated()
  let mallory = SigningKey.generated()

  init() throws {
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "icl-trust-\(UUID().uuidString)")
    store = TrustStore(folder.appending(path: "icl-host/trust").path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try store.add(alice.publicKey, name: "alice")
    try build("original.so", summary: "good")
    try build("evil.so", summary: "evil", ["-DMARK=\"\(mark)\""])
    try restore()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// What is attacked.
  var plugin: String { path("libvouched.so") }
  var signature: String { SignatureFile.path(of: plugin) }
  var mark: String { path("mark") }
  var evilRan: Bool { access(mark, F_OK) == 0 }

  /// The good plugin at its place, as a new file.
  func restore() throws { try put("original.so", at: plugin) }

  /// Replaces a file by a copy of another, as one atomic rename.
  func put(_ name: String, at target: String) throws {
    let temporary = target + ".new"
    try? FileManager.default.removeItem(atPath: temporary)
    try FileManager.default.copyItem(atPath: path(name), toPath: temporary)
    #expect(rename(temporary, target) == 0)
  }

  func statement(of name: String = "original.so", version: String = "1.0.0") throws
    -> PluginStatement
  {
    PluginStatement(
      name: "vouched", version: version, sha256: try Digest.sha256(ofFile: path(name)))
  }

  func pin(_ name: String = "original.so", as file: String = "libvouched.so") throws {
    let lock = try store.lock().replacing([
      PluginLock.Pin(file: file, statement: try statement(of: name))
    ])
    try lock.write(to: store.lockPath)
  }

  func sign(_ name: String = "original.so", with key: SigningKey) throws {
    var file = SignatureFile(try statement(of: name))
    file.sign(with: key)
    try file.write(to: signature)
  }

  func gate(_ policy: TrustPolicy, copiesAll: Bool = false) -> TrustGate {
    TrustGate(
      store: store, policy: policy, refusals: RefusalRecords(path("refused")),
      copiesAll: copiesAll)
  }

  @discardableResult
  func load(_ policy: TrustPolicy, path: String? = nil) throws -> PluginLibrary {
    try PluginLibrary.load(path: path ?? plugin, gate: gate(policy))
  }

  func refusal(_ policy: TrustPolicy, path: String? = nil) -> PluginError? {
    do {
      try load(policy, path: path)
      return nil
    } catch { return error as? PluginError }
  }

  private func build(_ name: String, summary: String, _ flags: [String] = []) throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let include = tests.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/CICL/include").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [
        "cc", "-std=c11", "-shared", "-fPIC", "-fvisibility=hidden", "-I", include,
        "-DVERSION=\"1.0.0\"", "-DSUMMARY=\"\(summary)\"",
      ] + flags + [tests.appending(path: "Fixtures/vouched.c").path, "-o", path(name)]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
