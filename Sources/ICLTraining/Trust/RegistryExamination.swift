import ICLPlugins
import ICLRecords

/// All that decides which plugins are found and loaded, and what is wrong with it.
public struct RegistryExamination: Sendable {
  public struct Finding: Hashable, Sendable {
    /// Something that is refused or cannot be used, and not only worth knowing.
    public var isProblem: Bool
    /// A file, folder or name.
    public var subject: String
    public var text: String
    /// What to do about it; empty if nothing need be done.
    public var fix: String
  }

  public let policy: TrustPolicy?
  /// Where the policy comes from.
  public let policyOrigin: String
  public let store: TrustStore?
  public let keys: [String]
  public let pins: Int
  public let lockPath: String?
  /// The libraries of each folder; nil for a folder that is not there.
  public let folders: [(path: String, libraries: Int?)]
  public let plugins: [PluginExamination]
  public private(set) var findings: [Finding] = []

  public var problems: [Finding] { findings.filter(\.isProblem) }

  public init(_ catalog: PluginCatalog, _ gate: TrustGate) {
    store = gate.store
    lockPath = gate.lockPath ?? gate.store?.lockPath
    var findings: [Finding] = []
    func attempt<Result>(_ body: () throws -> Result) -> Result? {
      do { return try body() } catch {
        let failure = Failure(error)
        findings.append(
          Finding(
            isProblem: true, subject: failure.key, text: failure.message, fix: failure.hint))
        return nil
      }
    }
    let policy = attempt { try gate.policy() }
    self.policy = policy?.policy
    policyOrigin = policy?.origin ?? "cannot be read"
    keys = attempt { try gate.store?.keys().map(\.name) ?? [] } ?? []
    let lock = attempt { try gate.lock() } ?? PluginLock()
    pins = lock.pins.count
    let libraries = catalog.libraries()
    plugins = PluginExamination.plugins(in: catalog, gate: gate)
    let plugins = plugins
    folders = libraries.map { folder in
      let paths = Set(folder.paths ?? [])
      return (folder.folder, folder.paths.map { _ in plugins.count { paths.contains($0.path) } })
    }
    self.findings = findings
    for folder in folders { examine(folder: folder.path) }
    for plugin in plugins { examine(plugin) }
    examineNames(catalog.frozen())
    let files = Set(plugins.map { fileName($0.path) })
    for pin in lock.pins where !files.contains(pin.file) {
      note(
        pin.file, "the lock has it, but no folder of the search path does.",
        fix: "Pin what is there now: icl-host registry lock")
    }
  }

  private mutating func note(_ subject: String, _ text: String, fix: String = "") {
    findings.append(Finding(isProblem: false, subject: subject, text: text, fix: fix))
  }

  private mutating func problem(_ subject: String, _ text: String, fix: String) {
    findings.append(Finding(isProblem: true, subject: subject, text: text, fix: fix))
  }

  private mutating func examine(folder: String) {
    guard let who = PluginCatalog.writers(ofFolder: folder) else { return }
    problem(
      folder, "\(who) may write to this folder, so nothing is loaded from it.",
      fix: "If that need not be: chmod go-w \(folder)")
  }

  private mutating func examine(_ plugin: PluginExamination) {
    if let refusal = plugin.refusal {
      problem(plugin.path, "it is refused: \(refusal.message)", fix: refusal.hint)
    } else if let earlier = plugin.earlier {
      note(
        plugin.path,
        "these bytes were refused at \(earlier.time) as \(earlier.file): \(earlier.message)")
    }
  }

  private mutating func examineNames(_ catalog: PluginCatalog) {
    for clash in catalog.ambiguousNames() {
      problem(
        "\(clash.kind) \(clash.id)",
        "several plugins offer it: "
          + clash.paths.joined(separator: ", ") + ".",
        fix: "Name one by its path, such as \(clash.paths[0])#\(clash.id), or remove the others.")
    }
    for clash in catalog.hiddenNames() {
      note(
        "\(clash.kind) \(clash.id)",
        "the one of \(clash.paths[0]) is used, and hides "
          + clash.paths.dropFirst().joined(separator: ", ") + ".")
    }
    for refusal in catalog.all().refusals
    where !plugins.contains(where: { $0.path == refusal.path }) {
      problem(refusal.path, refusal.error.message, fix: refusal.error.hint)
    }
  }

  public var json: JSON {
    [
      "policy": policy.map { .text($0.rawValue) } ?? nil, "policy_origin": .text(policyOrigin),
      "trust_store": store.map { .text($0.folder) } ?? nil,
      "keys": .array(keys.map { .text($0) }),
      "lock": lockPath.map { .text($0) } ?? nil, "pins": .integer(pins),
      "folders": .array(
        folders.map {
          ["path": .text($0.path), "plugins": $0.libraries.map { .integer($0) } ?? nil]
        }),
      "plugins": .array(plugins.map(\.json)),
      "findings": .array(
        findings.map {
          [
            "severity": .text($0.isProblem ? "problem" : "note"), "subject": .text($0.subject),
            "text": .text($0.text), "fix": .text($0.fix),
          ]
        }),
    ]
  }
}
