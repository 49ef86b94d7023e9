internal import Synchronization

/// What the host offers to plugins while they run.
///
/// Instances have those of the process, unless they are made with others; only the arena tells
/// instances apart in any case.
public final class HostServices: Sendable {
  public static let version = "0.1.0"

  /// Those of the process.
  public static let shared = HostServices()

  public enum LogLevel: UInt32, Hashable, Sendable { case debug = 0, info, warning }

  private struct Handlers {
    var log: (@Sendable (LogLevel, String) -> Void)?
    var progress: (@Sendable (Double, String) -> Void)?
  }

  private let handlers = Mutex(Handlers())
  private let threadCount = Atomic<Int>(1)
  private let isCancelled = Atomic<Bool>(false)

  public init() {}

  /// Receives what plugins log, on any thread. Until it is set, messages are dropped.
  public func setLog(_ handler: @escaping @Sendable (LogLevel, String) -> Void) {
    handlers.withLock { $0.log = handler }
  }

  /// Receives the progress (0 to 1) that plugins report, on any thread.
  public func setProgress(_ handler: @escaping @Sendable (Double, String) -> Void) {
    handlers.withLock { $0.progress = handler }
  }

  /// Threads of `icl.parallel/1`; 1 until it is set.
  public func setThreads(_ count: Int) { threadCount.store(max(count, 1), ordering: .relaxed) }

  public var threads: Int { threadCount.load(ordering: .relaxed) }

  /// Asks running plugins to stop. It only stores a flag, so a signal handler may call it.
  public func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// For the next run in the same process.
  public func clearCancel() { isCancelled.store(false, ordering: .relaxed) }

  public var cancelled: Bool { isCancelled.load(ordering: .relaxed) }

  func log(_ level: LogLevel, _ message: String) {
    let handler = handlers.withLock { $0.log }
    handler?(level, message)
  }

  func progress(_ fraction: Double, _ what: String) {
    let handler = handlers.withLock { $0.progress }
    handler?(fraction.isNaN ? 0 : min(max(fraction, 0), 1), what)
  }
}
