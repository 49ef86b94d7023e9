internal import Glibc
public import ICLPlugins

/// All checks of one plugin, each in its process, several at a time.
///
/// The process that runs it must have one thread; it opens no plugin itself.
public struct Suite {
  public var plugin: String
  public var seed: UInt64 = 1
  /// Patterns of ids; empty for all.
  public var only: [String] = []
  /// Seconds that a check may take.
  public var limit = 20.0
  /// Checks at a time.
  public var workers = 2
  /// Where tasks come from that models are tried on.
  public var catalog: PluginCatalog

  public init(plugin: String, catalog: PluginCatalog) {
    self.plugin = plugin
    self.catalog = catalog
  }

  public var checks: [Check] {
    Check.all.filter { check in
      only.isEmpty || only.contains { matches(check.id[...], glob: $0[...]) }
    }
  }

  /// The outcomes in the order of the checks.
  ///
  /// A check whose needs fail, or could not be done, is not done; what is not among the chosen, or
  /// does not apply to this plugin, is taken to hold.
  public func run(observe: (Outcome) -> Void = { _ in }) -> [Outcome] {
    let path = realpath(plugin, nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
    let checks = checks
    let chosen = Set(checks.map(\.id))
    var outcomes: [String: Outcome] = [:]
    /// Those that fail, and those that were not done for it, with the one that fails.
    var obstacles: [String: String] = [:]
    var waiting = checks
    var running: [(check: Check, child: ChildProcess)] = []
    let signals = ChildSignals()
    var companions: [String: Companion.Found] = [:]
    func end(_ check: Check, _ verdict: Verdict, _ seconds: Double) {
      let outcome = outcome(check, verdict, seconds)
      if outcome.status == .failed { obstacles[check.id] = check.id }
      outcomes[check.id] = outcome
      observe(outcome)
    }
    while !waiting.isEmpty || !running.isEmpty {
      var later: [Check] = []
      for check in waiting {
        let needs = check.needs.filter(chosen.contains)
        if let obstacle = needs.lazy.compactMap({ obstacles[$0] }).first {
          obstacles[check.id] = obstacle
          end(check, .notApplicable("not done: it needs \(obstacle), which fails"), 0)
        } else if running.count < workers, needs.allSatisfy({ outcomes[$0] != nil }) {
          let child = ChildProcess.start(limit: limit) { board, output in
            Trial(
              path: path ?? plugin, seed: seed, catalog: catalog, board: board, output: output,
              limit: limit, companions: companions
            ).verdict(of: check)
          }
          if let child {
            running.append((check, child))
          } else {
            end(check, .failed("the host could not start a process for it"), 0)
          }
        } else {
          later.append(check)
        }
      }
      waiting = later
      guard !running.isEmpty else { continue }
      signals.wait(until: running.map(\.child.deadline).min()!)
      running.removeAll { check, child in
        var status: Int32 = 0
        let ended = waitpid(child.process, &status, WNOHANG) == child.process
        guard ended || ChildProcess.now >= child.deadline else { return false }
        if !ended {
          kill(-child.process, SIGKILL)
          kill(child.process, SIGKILL)
          waitpid(child.process, &status, 0)
        }
        companions.merge(Companion.found(in: child.board.companions)) { first, _ in first }
        end(check, child.finish(ended ? status : nil), ChildProcess.now - child.start)
        return true
      }
    }
    return checks.compactMap { outcomes[$0.id] }
  }

  private func outcome(_ check: Check, _ verdict: Verdict, _ seconds: Double) -> Outcome {
    let (status, detail): (Outcome.Status, String) =
      switch verdict {
      case .passed(let detail): (.passed, detail)
      case .failed(let detail): (.failed, detail)
      case .notApplicable(let detail): (.notApplicable, detail)
      }
    return Outcome(
      id: check.id, status: status, detail: detail,
      reproduce: "icl-host validate \(Self.quoted(plugin)) --only \(check.id) --seed \(seed)",
      seconds: seconds)
  }

  private static func quoted(_ path: String) -> String {
    let plain = path.utf8.allSatisfy {
      (0x2b...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || $0 == 0x5f
    }
    return plain
      ? path
      : "'"
        + path.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}

/// Waits for children without looking again and again: SIGCHLD is held back and asked for.
private final class ChildSignals {
  private var before = sigset_t()
  private var wanted = sigset_t()

  init() {
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGCHLD)
    pthread_sigmask(SIG_BLOCK, &wanted, &before)
  }

  deinit { pthread_sigmask(SIG_SETMASK, &before, nil) }

  func wait(until deadline: Double) {
    let left = max(deadline - ChildProcess.now, 0) + 0.001
    var time = timespec(tv_sec: Int(left), tv_nsec: Int((left - left.rounded(.down)) * 1e9))
    sigtimedwait(&wanted, nil, &time)
  }
}
