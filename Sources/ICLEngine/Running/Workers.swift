import Glibc
import Synchronization

/// Threads that share the pieces of a step.
///
/// The caller works too. Between steps the others wait a short while on a counter and then sleep:
/// a step of ten microseconds cannot wait for a wake-up, and a busy machine cannot afford spinning.
final class Workers: @unchecked Sendable {
  typealias Body = (_ piece: Int, _ thread: Int) -> Void

  let count: Int
  private let generation = Atomic<Int>(0)
  private let nextPiece = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private var pieces = 0
  private var body: Body?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var threads: [pthread_t] = []

  init(count: Int) {
    self.count = max(count, 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    for thread in 1..<max(self.count, 1) {
      final class Start {
        let workers: Workers
        let thread: Int
        init(_ workers: Workers, _ thread: Int) {
          self.workers = workers
          self.thread = thread
        }
      }
      // The thread must not keep the pool alive: it is joined when the pool goes away.
      let start = Unmanaged.passRetained(Start(self, thread))
      var handle = pthread_t()
      pthread_create(
        &handle, nil,
        { argument in
          let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
          let workers = Unmanaged.passUnretained(start.workers)
          let thread = start.thread
          workers._withUnsafeGuaranteedRef { $0.loop(thread) }
          return nil
        }, start.toOpaque())
      threads.append(handle)
    }
  }

  /// Ends the threads. The pool cannot be used afterwards.
  func stop() {
    guard !threads.isEmpty else { return }
    pthread_mutex_lock(mutex)
    stopping.store(true, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  deinit {
    mutex.deallocate()
    wake.deallocate()
  }

  /// Calls body for every piece below count; returns after the last.
  func run(_ count: Int, _ body: Body) {
    if threads.isEmpty || count <= 1 {
      for piece in 0..<count { body(piece, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      self.body = body
      pieces = count
      nextPiece.store(0, ordering: .relaxed)
      running.store(threads.count, ordering: .relaxed)
      pthread_mutex_lock(mutex)
      generation.wrappingAdd(1, ordering: .releasing)
      pthread_cond_broadcast(wake)
      pthread_mutex_unlock(mutex)
      work(0)
      var spins = 0
      while running.load(ordering: .acquiring) > 0 {
        spins += 1
        if spins > 2000 { sched_yield() }
      }
      self.body = nil
    }
  }

  private func work(_ thread: Int) {
    let body = body!
    while true {
      let piece = nextPiece.wrappingAdd(1, ordering: .relaxed).oldValue
      if piece >= pieces { return }
      body(piece, thread)
    }
  }

  private func loop(_ thread: Int) {
    var seen = 0
    while true {
      var spins = 0
      while generation.load(ordering: .acquiring) == seen, spins < 2000,
        !stopping.load(ordering: .relaxed)
      {
        spins += 1
      }
      if generation.load(ordering: .acquiring) == seen {
        pthread_mutex_lock(mutex)
        while generation.load(ordering: .acquiring) == seen,
          !stopping.load(ordering: .acquiring)
        {
          pthread_cond_wait(wake, mutex)
        }
        pthread_mutex_unlock(mutex)
      }
      if stopping.load(ordering: .acquiring) { return }
      seen = generation.load(ordering: .acquiring)
      work(thread)
      running.wrappingSubtract(1, ordering: .releasing)
    }
  }
}
