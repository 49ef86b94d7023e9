/// What the host offers to plugins while they run.
///
/// One for the process: the functions of the ABI's services carry no context.
public enum HostServices {
  public enum LogLevel: UInt32, Hashable, Sendable { case debug = 0, info, warning }
  public static func setLog(_ handler: @escaping @Sendable (LogLevel, String) -> Void) {
    fatalError()
  }
  public static func setProgress(_ handler: @escaping @Sendable (Double, String) -> Void) {
    fatalError()
  }
  /// Threads of `icl.parallel/1`.
  public static func setThreads(_ count: Int) { fatalError() }
  /// Asks running plugins to stop. Safe in a signal handler.
  public static func cancel() { fatalError() }
}
