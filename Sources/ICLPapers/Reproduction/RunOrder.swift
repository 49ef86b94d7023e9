import Dispatch
import Glibc
import Synchronization

/// What runs of one process may not do at once.
final class RunOrder: Sendable {
  private let preparing = DispatchSemaphore(value: 1)
  private let running = Mutex<Set<String>>([])

  /// Plugins are opened, and instances made, by one thread at a time.
  func alone<Result>(_ body: () throws -> Result) throws -> Result {
    preparing.wait()
    defer { preparing.signal() }
    return try body()
  }

  /// Waits until no other thread does the run with this identity: two runs that are written
  /// differently may be the same, and have one directory.
  func begin(_ identity: String) {
    while !running.withLock({ $0.insert(identity).inserted }) { usleep(20_000) }
  }

  func end(_ identity: String) { running.withLock { _ = $0.remove(identity) } }
}
