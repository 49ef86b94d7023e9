internal import Glibc

/// Whether the code of plugins runs in worker processes, and how.
public struct Isolation: Sendable {
  public enum Policy: String, Hashable, Sendable, CaseIterable {
    /// Every plugin runs in the host's process.
    case never
    /// Plugins that nobody trusts run in a worker.
    case auto
    case always
  }

  public var policy: Policy
  public var trust: any PluginTrust
  /// Where the worker program may be; the first that is there is used.
  public var programs: [String]
  /// How long a call may take without an answer; zero for ever. Calls of the host that the plugin
  /// makes meanwhile do not count.
  public var callLimit: Duration
  /// What workers are offered; all instances of one have the same.
  public var services = HostServices.shared

  public static let defaultCallLimit: Duration = .seconds(300)

  public init(
    _ policy: Policy, trust: any PluginTrust, programs: [String],
    callLimit: Duration = Isolation.defaultCallLimit
  ) {
    self.policy = policy
    self.trust = trust
    self.programs = programs
    self.callLimit = callLimit
  }

  /// The worker that belongs to the program in this folder: beside it, or in lib/icl-host where it
  /// is installed in bin.
  public static func programs(executableFolder: String) -> [String] {
    [executableFolder, SearchPath.installed(beside: executableFolder)].map { "\($0)/icl-worker" }
  }

  /// - Parameter isVouchedFor: whether the lock or a trusted key vouches for its bytes.
  func applies(to path: String, isVouchedFor: Bool) -> Bool {
    switch policy {
    case .never: false
    case .auto: !isVouchedFor && !trust.trusts(path)
    case .always: true
    }
  }

  func program() throws(PluginError) -> String {
    for program in programs where access(program, X_OK) == 0 { return program }
    throw PluginError(
      .noWorker,
      "the program icl-worker, which runs plugins in a process of their own, is missing.",
      hint: "Install it, or run the plugin in this process with: --isolate never",
      path: programs.first ?? "")
  }
}

/// Says which plugins may run in the host's own process.
public protocol PluginTrust: Sendable {
  /// - Parameter path: of the library's file, without links.
  func trusts(_ path: String) -> Bool
}

/// Trusts what came with the program: libraries that lie in these folders themselves.
public struct FirstPartyTrust: PluginTrust {
  public let folders: [String]

  /// Those of the program in this folder: beside it, and lib/icl-host where it is installed in bin.
  public init(executableFolder: String) {
    folders = [executableFolder, SearchPath.installed(beside: executableFolder)]
      .compactMap(Folder.resolved)
  }

  public func trusts(_ path: String) -> Bool {
    guard let resolved = Folder.resolved(path), let slash = resolved.lastIndex(of: "/") else {
      return false
    }
    return folders.contains(String(resolved[..<slash]))
  }
}
