import Dispatch
import Synchronization

/// Numbers of pieces of work, each taken once.
final class NextPiece: Sendable {
  private let count: Int
  private let state = Mutex<(next: Int, failure: Failure?)>((0, nil))

  init(_ count: Int) { self.count = count }

  func take() -> Int? {
    state.withLock { state in
      guard state.next < count, state.failure == nil else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  /// Nothing more is taken. The first failure is kept.
  func end(_ failure: Failure) { state.withLock { $0.failure = $0.failure ?? failure } }

  var failure: Failure? { state.withLock { $0.failure } }
}

/// How many of some pieces are done.
final class PiecesDone: Sendable {
  private let count: Int
  private let done = Mutex(0)

  init(_ count: Int) { self.count = count }

  /// One more; gives the share of all.
  func add() -> Double {
    let number = done.withLock { number in
      number += 1
      return number
    }
    return Double(number) / Double(max(count, 1))
  }
}

func concurrently(_ workers: Int, _ body: @Sendable () -> Void) {
  DispatchQueue.concurrentPerform(iterations: max(1, workers)) { _ in body() }
}

/// Plugins are opened, and instances made, by one thread at a time.
final class MakingOrder: Sendable {
  private let semaphore = DispatchSemaphore(value: 1)

  func alone<Result>(_ body: () throws -> Result) throws -> Result {
    semaphore.wait()
    defer { semaphore.signal() }
    return try body()
  }
}
