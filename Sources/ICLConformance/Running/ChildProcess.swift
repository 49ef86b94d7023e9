internal import CICLTrial
internal import Glibc

/// A check under way in a process of its own.
struct ChildProcess {
  let process: pid_t
  let board: Board
  /// What it prints.
  let output: Int32
  let deadline: Double
  let start: Double

  /// Address space that a check may take on top of what the host has.
  static let memoryLimit: UInt64 = 16 << 30

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Forks. The process that calls has one thread, so that what is forked is whole.
  static func start(limit: Double, _ body: (Board, _ output: Int32) -> Verdict) -> ChildProcess? {
    let board = Board()
    let output = icl_trial_nameless_file()
    let start = now
    let process = icl_trial_fork()
    if process == 0 {
      prepare(output, limit)
      icl_trial_watch_faults(board.fault)
      board.verdict = body(board, output)
      _exit(0)
    }
    guard process > 0 else {
      Glibc.close(output)
      return nil
    }
    setpgid(process, process)
    return ChildProcess(
      process: process, board: board, output: output, deadline: start + limit, start: start)
  }

  private static func prepare(_ output: Int32, _ limit: Double) {
    icl_trial_end_with_parent()
    setpgid(0, 0)
    let empty = open("/dev/null", O_RDONLY)
    dup2(empty, STDIN_FILENO)
    Glibc.close(empty)
    dup2(output, STDOUT_FILENO)
    dup2(output, STDERR_FILENO)
    func set(_ resource: __rlimit_resource, _ value: UInt64) {
      var bound = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
      setrlimit(__rlimit_resource_t(resource.rawValue), &bound)
    }
    set(RLIMIT_CORE, 0)
    set(RLIMIT_AS, memoryLimit)
    set(RLIMIT_CPU, UInt64(limit * 8) + 2)
    var mask = sigset_t()
    sigemptyset(&mask)
    pthread_sigmask(SIG_SETMASK, &mask, nil)
    // Fresh memory is never zero by chance.
    icl_trial_fill_heap(0x5a)
  }

  /// Ends what it left behind, and reads what it said.
  func finish(_ status: Int32?) -> Verdict {
    kill(-process, SIGKILL)
    defer { Glibc.close(output) }
    if let verdict = board.verdict { return verdict }
    let call = board.lastCall
    let place = call.isEmpty ? "before any call into the plugin" : "during: \(call)"
    let fault = board.faultPlace.map { ", \($0)" } ?? ""
    let said = printed
    let words = said.isEmpty ? "" : "; it printed: \(said)"
    guard let status else {
      let seconds = Int((deadline - start).rounded())
      return .failed("it had not ended after \(seconds) s and was killed, \(place)\(words)")
    }
    let signal = status & 0x7f
    if signal == 0 {
      return .failed(
        "the process was ended with status \((status >> 8) & 0xff), \(place)\(words)")
    }
    return .failed("it was ended by \(Self.name(signal))\(fault), \(place)\(words)")
  }

  private var printed: String {
    var bytes = [UInt8](repeating: 0, count: 400)
    let count = pread(output, &bytes, bytes.count, 0)
    guard count > 0 else { return "" }
    return String(decoding: bytes[..<count], as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " / ")
  }

  private static func name(_ signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGSEGV: "SIGSEGV (a memory fault)", SIGABRT: "SIGABRT (abort)", SIGKILL: "SIGKILL",
      SIGILL: "SIGILL (a trap)", SIGTRAP: "SIGTRAP (a trap)", SIGFPE: "SIGFPE", SIGBUS: "SIGBUS",
      SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU (too much processor time)",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}
