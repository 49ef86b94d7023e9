internal import CICLBackend
internal import CICLTrial
internal import Glibc
internal import ICLPlugins

extension Check {
  static let opened = ["binary.opens"]
  /// What most checks need: every function was called once and came back.
  static let runs = ["faults.create", "faults.run"]

  /// What loading and working do to the process.
  static let binaryProcess: [Check] = [
    Check(
      "binary.opens", "it can be opened, and its constructors come back",
      fix: "See what it misses with ldd; do nothing in constructors.",
      needs: ["binary.major", "binary.stack", "binary.resolved"]
    ) { trial in
      let handle = trial.call("opening the library") { dlopen(trial.path, RTLD_NOW | RTLD_LOCAL) }
      if handle != nil { return .passed("opened") }
      return .failed(dlerror().map { String(cString: $0) } ?? "no reason given")
    },
    Check(
      "binary.load-time", "it is opened in less than 100 ms",
      fix: "Do work in create, or when it is first needed; not in constructors.", needs: opened
    ) { trial in
      // The shortest of five, each in a process of its own: others use this machine, too.
      var best = Double.infinity
      for _ in 0..<5 where best >= 0.1 {
        let process = icl_trial_fork()
        if process == 0 {
          let start = ChildProcess.now
          _ = dlopen(trial.path, RTLD_NOW | RTLD_LOCAL)
          trial.board.number = UInt64((ChildProcess.now - start) * 1e9)
          _exit(0)
        }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        best = min(best, Double(trial.board.number) * 1e-9)
      }
      let milliseconds = (best * 1e4).rounded() / 10
      return best < 0.1
        ? .passed("\(milliseconds) ms") : .failed("it takes \(milliseconds) ms to open")
    },
    Check(
      "binary.prints-nothing", "it prints nothing",
      fix: "Ask the host for icl.log/1; standard output belongs to the user's results.",
      needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      guard after.printed > before.printed else { return .passed("nothing was printed") }
      var bytes = [UInt8](repeating: 0, count: 200)
      let count = max(pread(trial.output, &bytes, 200, off_t(before.printed)), 0)
      let text = String(decoding: bytes[..<count], as: UTF8.self)
        .split(whereSeparator: \.isNewline).joined(separator: " / ")
      return .failed("it printed \(after.printed - before.printed) bytes: \(text)")
    },
    Check(
      "binary.threads", "it leaves no threads behind",
      fix: "Join what you start before a call returns, or use icl.parallel/1.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      // A thread that is ending takes a moment to be gone.
      var threads = after.threads
      for _ in 0..<50 where threads > before.threads {
        usleep(2000)
        threads = ProcessState(trial).threads
      }
      return threads > before.threads
        ? .failed("\(threads - before.threads) threads are left after all was destroyed")
        : .passed("as many as before")
    },
    Check(
      "binary.descriptors", "it leaves no files open",
      fix: "Close what you open before a call returns, or in destroy.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      let left = after.descriptors.filter { before.descriptors[$0.key] == nil }
      return .nothing(in: left.values.sorted().map { "it left \($0) open" }, of: "none are left")
    },
    Check(
      "binary.floating-point", "it leaves rounding, flush-to-zero and traps as they were",
      fix: "Link without -ffast-math (or with -mno-daz-ftz); put back what you set.", needs: runs
    ) { trial in
      let before = icl_floating_point_mode()
      trial.call("opening the library") { _ = dlopen(trial.path, RTLD_NOW | RTLD_LOCAL) }
      if let change = trial.modeChanges.first {
        return .failed("\(change) changed the floating-point mode of the process")
      }
      _ = try? whileWorking(trial)
      let after = icl_floating_point_mode()
      return .nothing(
        in: trial.modeChanges.map { "\($0) changed the floating-point mode" }
          + (after == before ? [] : ["the floating-point mode is another than before"]),
        of: "unchanged after every call")
    },
    Check(
      "binary.signals", "it leaves signal handlers and masks as they were",
      fix: "Install no handlers; put back what a library of yours installs.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      return before.signals == after.signals
        ? .passed("unchanged") : .failed("a signal's handler, or the mask, is another than before")
    },
    Check(
      "binary.locale", "it leaves the locale as it was",
      fix: "Use newlocale and uselocale, or write numbers without a locale.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      return before.locale == after.locale
        ? .passed(before.locale) : .failed("it changed the locale to \(after.locale)")
    },
    Check(
      "binary.working-directory", "it leaves the working directory as it was",
      fix: "Use openat, or paths that begin where they should.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      return before.folder == after.folder
        ? .passed("unchanged") : .failed("it changed the working directory to \(after.folder)")
    },
    Check(
      "binary.environment", "it leaves environment variables as they were",
      fix: "Call no setenv or putenv: other threads read the environment.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      let changed = Set(after.environment).symmetricDifference(before.environment).sorted()
      return .nothing(in: changed.map { "it changed \($0)" }, of: "unchanged")
    },
    Check(
      "binary.umask", "it leaves the file mode mask as it was",
      fix: "Give modes to open, and call no umask.", needs: runs
    ) { trial in
      let (before, after) = try whileWorking(trial)
      return before.umask == after.umask
        ? .passed("unchanged") : .failed("the mask is \(after.umask), it was \(before.umask)")
    },
  ]

  /// The process before the plugin is opened, and after every component was made, used and destroyed.
  private static func whileWorking(_ trial: Trial) throws -> (ProcessState, ProcessState) {
    // What the host itself starts once.
    _ = try? EngineStart.warmUp()
    let before = ProcessState(trial)
    _ = try trial.exerciseAll()
    return (before, ProcessState(trial))
  }
}
