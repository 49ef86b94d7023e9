import Foundation
import Glibc
import ICLPlugins
import ICLRecords
import ICLTraining
import Synchronization
import Testing

/// Attempts to get a library loaded that nobody vouches for.
@Suite struct TrustGateTests {
  private let bench: TrustBench
  init() throws { bench = try TrustBench() }

  @Test func whatIsVouchedForIsLoaded() throws {
    #expect(try bench.load(.open).standing == .nobody)
    try bench.pin()
    let pinned = try bench.load(.pinned)
    #expect(pinned.standing == .pinned && pinned.isVouchedFor)
    #expect(pinned.path == bench.plugin && pinned.components.map(\.summary) == ["good"])
    // Once more is the same library.
    #expect(try bench.load(.pinned) === pinned)
    try bench.sign(with: bench.alice)
    #expect(try bench.load(.signed).standing == .signed(by: "alice"))
    // Under the open policy it is loaded from the checked bytes, too.
    #expect(try bench.load(.open).standing == .pinned)
  }

  struct Attack: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var policy: TrustPolicy
    var code: PluginError.Code
    var message: String
    var hint: String
    var prepare: @Sendable (TrustBench) throws -> Void

    init(
      _ name: String, _ policy: TrustPolicy, _ code: PluginError.Code, _ message: String,
      hint: String, _ prepare: @escaping @Sendable (TrustBench) throws -> Void
    ) {
      testDescription = name
      (self.policy, self.code, self.message, self.hint) = (policy, code, message, hint)
      self.prepare = prepare
    }
  }

  static let attacks = [
    Attack(
      "not pinned", .pinned, .notPinned,
      "the policy is 'pinned', and the lock does not have this plugin.",
      hint: "If you trust it: icl-host registry lock PLUGIN"
    ) { _ in },
    Attack(
      "pinned, then replaced", .pinned, .changed,
      "this is not the libvouched.so that the lock has: SHA-256 ORIGINAL... is pinned, found "
        + "FOUND....", hint: "If you built or updated it: icl-host registry lock PLUGIN"
    ) {
      try $0.pin()
      try $0.put("evil.so", at: $0.plugin)
    },
    Attack(
      "pinned, then one byte more", .pinned, .changed,
      "this is not the libvouched.so that the lock has: SHA-256 ORIGINAL... is pinned, found "
        + "FOUND....", hint: "If you built or updated it: icl-host registry lock PLUGIN"
    ) {
      try $0.pin()
      let file = try FileHandle(forWritingTo: URL(filePath: $0.plugin))
      try file.seekToEnd()
      try file.write(contentsOf: Data([0]))
      try file.close()
    },
    Attack(
      "a symbolic link to another file", .pinned, .changed,
      "this is not the libvouched.so that the lock has: SHA-256 ORIGINAL... is pinned, found "
        + "FOUND....", hint: "If you built or updated it: icl-host registry lock PLUGIN"
    ) {
      try $0.pin()
      unlink($0.plugin)
      symlink($0.path("evil.so"), $0.plugin)
    },
    Attack(
      "another plugin that is pinned, under this name", .pinned, .notPinned,
      "the lock has these bytes as libother.so, not as libvouched.so.",
      hint: "If it may have this name: icl-host registry lock PLUGIN"
    ) {
      try $0.pin("evil.so", as: "libother.so")
      try $0.put("evil.so", at: $0.plugin)
    },
    Attack(
      "pinned, where a signature is asked for", .signed, .notSigned,
      "the policy is 'signed', and this plugin has no signature.",
      hint: "Get libvouched.so.sig from its author, or sign it yourself: icl-host registry sign"
    ) { try $0.pin() },
    Attack(
      "signed, then replaced", .signed, .wrongSignature,
      "its signature is of other bytes: it was changed after it was signed.",
      hint: "Get the plugin and libvouched.so.sig again from its author."
    ) {
      try $0.sign(with: $0.alice)
      try $0.put("evil.so", at: $0.plugin)
    },
    Attack(
      "signed with a key that nobody trusts", .signed, .untrustedKey,
      "it is signed, but not with a key that you trust: MALLORY.",
      hint: "If you know whose that is: icl-host registry trust add FILE.pub"
    ) {
      try $0.put("evil.so", at: $0.plugin)
      try $0.sign("evil.so", with: $0.mallory)
    },
    Attack(
      "signed with a key that is trusted no longer", .signed, .untrustedKey,
      "it is signed, but not with a key that you trust: ALICE.",
      hint: "If you know whose that is: icl-host registry trust add FILE.pub"
    ) {
      try $0.sign(with: $0.alice)
      try $0.store.remove("alice")
    },
    Attack(
      "a signature that says it is by a trusted key", .signed, .wrongSignature,
      "it has a signature under the key of 'alice', which did not make it.",
      hint: "Do not use it: somebody has tampered with it or its signature."
    ) {
      try $0.put("evil.so", at: $0.plugin)
      try $0.sign("evil.so", with: $0.mallory)
      try $0.edit(
        $0.signature, replacing: $0.mallory.publicKey.base64, with: $0.alice.publicKey.base64)
    },
    Attack(
      "a good signature that is said to be of other bytes", .signed, .wrongSignature,
      "it has a signature under the key of 'alice', which did not make it.",
      hint: "Do not use it: somebody has tampered with it or its signature."
    ) {
      try $0.sign(with: $0.alice)
      try $0.put("evil.so", at: $0.plugin)
      try $0.edit(
        $0.signature, replacing: $0.statement().sha256,
        with: $0.statement(of: "evil.so").sha256)
    },
    Attack(
      "a signature cut short", .signed, .wrongSignature,
      "its signature cannot be read: a signature in it is cut short or is no base64.",
      hint: "Get libvouched.so.sig again from its author."
    ) {
      try $0.sign(with: $0.alice)
      try $0.edit($0.signature, replacing: "==", with: "")
    },
    Attack(
      "a lock that others may write to", .pinned, .noTrustStore,
      "what is trusted cannot be read: others may write to it, so it says nothing about trust.",
      hint: "Look at what it holds, then: chmod go-w LOCK"
    ) {
      try $0.pin()
      chmod($0.store.lockPath, 0o666)
    },
    Attack(
      "a plugin that its group may write to", .open, .writableByOthers,
      "the group GROUP may write to this plugin, and so run code as you.",
      hint: "If it is what you think it is: chmod go-w PLUGIN"
    ) { chmod($0.plugin, 0o775) },
    Attack(
      "a plugin that everybody may write to", .pinned, .writableByOthers,
      "every user may write to this plugin, and so run code as you.",
      hint: "If it is what you think it is: chmod go-w PLUGIN"
    ) {
      try $0.pin()
      chmod($0.plugin, 0o757)
    },
    Attack(
      "a folder that everybody may write to", .open, .writableByOthers,
      "every user may write to the folder of this plugin, and so replace it.",
      hint: "Copy it to a folder of your own, or: chmod go-w FOLDER"
    ) { chmod($0.folder.path, 0o777) },
  ]

  @Test(arguments: attacks) func isRefused(_ attack: Attack) throws {
    try attack.prepare(bench)
    let found = try Digest.sha256(ofFile: bench.plugin)
    let words = [
      "PLUGIN": bench.plugin, "FOLDER": bench.folder.path, "LOCK": bench.store.lockPath,
      "ORIGINAL": String(try bench.statement().sha256.prefix(16)),
      "FOUND": String(found.prefix(16)),
      "MALLORY": bench.mallory.publicKey.base64, "ALICE": bench.alice.publicKey.base64,
      "GROUP": String(cString: getgrgid(getegid()).pointee.gr_name),
    ]
    func filled(_ text: String) -> String {
      words.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }
    let error = try #require(bench.refusal(attack.policy))
    #expect(error.code == attack.code)
    #expect(error.message == filled(attack.message))
    #expect(error.hint == filled(attack.hint))
    #expect(error.exitCode == 69)
    #expect(!bench.evilRan)
  }

  /// A sticky folder such as /tmp lets nobody replace another's file.
  @Test func aStickyFolderIsNoDanger() throws {
    chmod(bench.folder.path, 0o1777)
    #expect(try bench.load(.open).name == "vouched")
  }

  /// Puts another library in place between the check and the load.
  private struct Swapping: PluginGate {
    var readsBytes: Bool { true }
    let gate: TrustGate
    let bench: TrustBench
    var swap: @Sendable (TrustBench) -> Void

    func admit(_ copy: SealedCopy) throws(PluginError) -> Admission {
      let admission = try gate.admit(copy)
      swap(bench)
      return admission
    }
    func refused(_ copy: SealedCopy, _ error: PluginError) {}
  }

  static let swaps: [@Sendable (TrustBench) -> Void] = [
    { try? $0.put("evil.so", at: $0.plugin) },
    {
      unlink($0.plugin)
      symlink($0.path("evil.so"), $0.plugin)
    },
    // In place, through the file that was open.
    {
      guard let evil = FileManager.default.contents(atPath: $0.path("evil.so")),
        let file = FileHandle(forWritingAtPath: $0.plugin)
      else { return }
      try? file.truncate(atOffset: 0)
      try? file.write(contentsOf: evil)
      try? file.close()
    },
  ]

  @Test(arguments: swaps.indices) func aSwapAfterTheCheckChangesNothing(index: Int) throws {
    try bench.pin()
    try bench.sign(with: bench.alice)
    for policy in TrustPolicy.allCases {
      try bench.restore()
      let gate = Swapping(gate: bench.gate(policy), bench: bench, swap: Self.swaps[index])
      let library = try PluginLibrary.load(path: bench.plugin, gate: gate)
      #expect(library.components.map(\.summary) == ["good"])
      #expect(try Digest.sha256(ofFile: bench.plugin) == bench.statement(of: "evil.so").sha256)
    }
    #expect(!bench.evilRan)
  }

  /// Another thread replaces the file all the time; some loads see the one, some the other.
  @Test func aRaceIsNeverWon() throws {
    try bench.pin()
    let isOver = Atomic(false)
    let bench = bench
    let racer = Thread {
      let temporary = bench.path("racing")
      while !isOver.load(ordering: .relaxed) {
        for name in ["evil.so", "original.so"] {
          // Links, since they are made faster than files are read.
          unlink(temporary)
          link(bench.path(name), temporary)
          rename(temporary, bench.plugin)
        }
      }
    }
    racer.start()
    defer { isOver.store(true, ordering: .relaxed) }
    var (loaded, refused) = (0, 0)
    for turn in 0..<200 {
      // Another way to say the same place, since a name that was opened is not opened again.
      let dots = String(repeating: "/.", count: turn)
      do {
        let library = try bench.load(.pinned, path: "\(bench.folder.path)\(dots)/libvouched.so")
        #expect(library.components.map(\.summary) == ["good"])
        loaded += 1
      } catch let error as PluginError {
        #expect(error.code == .changed)
        refused += 1
      }
    }
    #expect(loaded + refused == 200)
    #expect(!bench.evilRan)
  }

  @Test func whyItWasRefusedIsFoundByTheBytes() throws {
    try bench.pin()
    try bench.put("evil.so", at: bench.plugin)
    #expect(bench.refusal(.pinned)?.code == .changed)
    let digest = try bench.statement(of: "evil.so").sha256
    let record = try #require(RefusalRecords(bench.path("refused")).record(of: digest))
    #expect(record.code == "changed" && record.file == bench.plugin)
    // Elsewhere they are the same bytes.
    let examined = try #require(
      PluginExamination(path: bench.path("evil.so"), gate: bench.gate(.open)))
    #expect(examined.earlier == record && examined.refusal == nil && !examined.isVouchedFor)
    #expect(!bench.evilRan)
  }

  /// A pin or signature that says another version than the library does.
  @Test func theStatementMustBeWhatTheLibrarySays() throws {
    try PluginLock([.init(file: "libvouched.so", statement: bench.statement(version: "2.0.0"))])
      .write(to: bench.store.lockPath)
    let error = try #require(bench.refusal(.pinned))
    #expect(error.code == .notVouchedFor)
    #expect(
      error.message
        == "it was pinned or signed as vouched 2.0.0, and says that it is vouched 1.0.0.")
  }

  /// Bytes that changed are another library, in the same process.
  @Test func aCopyIsLoadedForEachContent() throws {
    let gate = bench.gate(.open, copiesAll: true)
    let first = try PluginLibrary.load(path: bench.plugin, gate: gate)
    try bench.put("evil.so", at: bench.plugin)
    let second = try PluginLibrary.load(path: bench.plugin, gate: gate)
    #expect(first !== second)
    #expect(first.components[0].summary == "good" && second.components[0].summary == "evil")
    try bench.restore()
    #expect(try PluginLibrary.load(path: bench.plugin, gate: gate) === first)
  }
}

extension TrustBench: @unchecked Sendable {}

extension TrustBench {
  func edit(_ file: String, replacing old: String, with new: String) throws {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains(old))
    try text.replacingOccurrences(of: old, with: new)
      .write(toFile: file, atomically: true, encoding: .utf8)
  }
}
