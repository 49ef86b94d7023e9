internal import Synchronization

/// What the host offers to plugins while they run.
///
/// One for the process; only the arena tells instances apart.
public enum HostServices {
  public static let version = "0.1.0"

  public enum LogLevel: UInt32, Hashable, Sendable { case debug = 0, info, warning }

  private struct Handlers {
    var log: (@Sendable (LogLevel, String) -> Void)?
    var progress: (@Sendable (Double, String) -> Void)?
  }

  private static let handlers = Mutex(Handlers())
  private static let threadCount = Atomic<Int>(1)
  private static let isCancelled = Atomic<Bool>(false)

  /// Receives what plugins log, on any thread. Until it is set, messages are dropped.
  public static func setLog(_ handler: @escaping @Sendable (LogLevel, String) -> Void) {
    handlers.withLock { $0.log = handler }
  }

  /// Receives the progress (0 to 1) that plugins report, on any thread.
  public static func setProgress(_ handler: @escaping @Sendable (Double, String) -> Void) {
    handlers.withLock { $0.progress = handler }
  }

  /// Threads of `icl.parallel/1`; 1 until it is set.
  public static func setThreads(_ count: Int) {
    threadCount.store(max(count, 1), ordering: .relaxed)
  }

  public static var threads: Int { threadCount.load(ordering: .relaxed) }

  /// Asks running plugins to stop. It only stores a flag, so a signal handler may call it.
  public static func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// For the next run in the same process.
  public static func clearCancel() { isCancelled.store(false, ordering: .relaxed) }

  public static var cancelled: Bool { isCancelled.load(ordering: .relaxed) }

  static func log(_ level: LogLevel, _ message: String) {
    let handler = handlers.withLock { $0.log }
    handler?(level, message)
  }

  static func progress(_ fraction: Double, _ what: String) {
    let handler = handlers.withLock { $0.progress }
    handler?(fraction.isNaN ? 0 : min(max(fraction, 0), 1), what)
  }
}
