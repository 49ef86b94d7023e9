internal import Glibc
internal import Synchronization

/// A loop over the host's threads: `icl.parallel/1`.
final class Parallel: @unchecked Sendable {
  typealias Body = @convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void

  private let count: UInt64
  private let user: UnsafeMutableRawPointer?
  private let body: Body
  private let next = Atomic<UInt64>(0)

  /// Nonzero inside a body: a loop in a loop runs on the thread it is on.
  private static let isInside = ThreadValue()

  private init(count: UInt64, user: UnsafeMutableRawPointer?, body: @escaping Body) {
    self.count = count
    self.user = user
    self.body = body
  }

  static func run(
    count: UInt64, threads: Int, user: UnsafeMutableRawPointer?, body: @escaping Body
  ) {
    let job = Parallel(count: count, user: user, body: body)
    let wanted = isInside.value == 0 ? min(UInt64(max(threads, 1)), count) : 1
    var others: [pthread_t] = []
    while others.count + 1 < wanted {
      var thread = pthread_t()
      let argument = Unmanaged.passRetained(job)
      let failed = pthread_create(
        &thread, nil,
        { argument in
          Unmanaged<Parallel>.fromOpaque(argument!).takeRetainedValue().work()
          return nil
        }, argument.toOpaque())
      guard failed == 0 else {
        argument.release()
        break
      }
      others.append(thread)
    }
    job.work()
    for thread in others { pthread_join(thread, nil) }
  }

  private func work() {
    Self.isInside.with(1) {
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(user, index)
      }
    }
  }
}
