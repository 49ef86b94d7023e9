internal import CICL
internal import Glibc
internal import Synchronization

/// A host of the suite's own: it offers what a check wants, and watches how it is used.
///
/// The address of this object stands in front of the C struct, so that a guard page or a tail of
/// junk can follow it.
final class FakeHost: @unchecked Sendable {
  struct Offer {
    var withheld = false
    /// The arena has no memory, and the user wants to stop.
    var failing = false
    var threads = 1
    /// Seeds the order of parallel loops; nil for the plain one.
    var shuffle: UInt64?
  }

  let offer: Offer
  let pointer: UnsafePointer<icl_host>
  private let services: [String: UnsafeRawPointer]
  let asked = Mutex<[String]>([])
  let complaints = Mutex<[String]>([])
  let blocks = Mutex<Set<UInt>>([])

  init(_ trial: Trial, _ offer: Offer = Offer()) {
    self.offer = offer
    let size = MemoryLayout<icl_host>.size + trial.layout.tail
    services = Services.tables(trial)
    let buffer = trial.buffer("the icl_host", bytes: 8 + size, trial.layout.structs)
    buffer.address.initializeMemory(as: UInt8.self, repeating: 0xa5, count: 8 + size)
    let host = (buffer.address + 8).assumingMemoryBound(to: icl_host.self)
    pointer = UnsafePointer(host)
    host.initialize(
      to: icl_host(
        struct_size: UInt32(size), abi_minor: trial.layout.tail > 0 ? 99 : ICL_ABI_MINOR,
        name: trial.text("icl-host validate"), version: trial.text("0.1.0"),
        extension: { host, id in
          guard let host, let id else { return nil }
          return FakeHost.of(host).table(String(cString: id))
        }))
    buffer.address.storeBytes(
      of: Unmanaged.passRetained(self).toOpaque(), as: UnsafeMutableRawPointer.self)
  }

  static func of(_ host: UnsafePointer<icl_host>) -> FakeHost {
    let place = UnsafeRawPointer(host) - 8
    return Unmanaged<FakeHost>.fromOpaque(place.load(as: UnsafeMutableRawPointer.self))
      .takeUnretainedValue()
  }

  private func table(_ id: String) -> UnsafeRawPointer? {
    asked.withLock { if !$0.contains(id), $0.count < 100 { $0.append(id) } }
    return offer.withheld ? nil : services[id]
  }

  func allocate(_ bytes: UInt64) -> UnsafeMutableRawPointer? {
    guard !offer.failing, bytes <= 1 << 40 else { return nil }
    let rounded = (max(Int(bytes), 1) + 63) / 64 * 64
    guard let memory = aligned_alloc(64, rounded) else { return nil }
    memset(memory, 0, rounded)
    _ = blocks.withLock { $0.insert(UInt(bitPattern: memory)) }
    return memory
  }

  func release(_ memory: UnsafeMutableRawPointer?) {
    guard let memory else { return }
    let known = blocks.withLock { $0.remove(UInt(bitPattern: memory)) != nil }
    if known {
      free(memory)
    } else {
      complain("it released memory of the arena that it did not have")
    }
  }

  /// What the arena still holds goes with its instance.
  func releaseAll() {
    let left = blocks.withLock { blocks in
      defer { blocks.removeAll() }
      return blocks
    }
    for block in left { free(UnsafeMutableRawPointer(bitPattern: block)) }
  }

  func complain(_ complaint: String) {
    complaints.withLock { if $0.count < 20 { $0.append(complaint) } }
  }

  func loop(
    _ count: UInt64, _ user: UnsafeMutableRawPointer?,
    _ body: @escaping @convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void
  ) {
    guard count < 1 << 24 else { return complain("it asked for a loop of \(count)") }
    var order = Array(0..<count)
    if let shuffle = offer.shuffle {
      var numbers = Numbers(seed: shuffle, stream: "order")
      order = numbers.permutation(Int(count)).map(UInt64.init)
    }
    let turns = order
    let shared = Shared(user)
    onThreads(min(offer.threads, max(turns.count, 1))) { thread, threads in
      for turn in stride(from: thread, to: turns.count, by: threads) {
        body(shared.pointer, turns[turn])
      }
    }
  }

  private struct Shared: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer?
    init(_ pointer: UnsafeMutableRawPointer?) { self.pointer = pointer }
  }
}

/// The services' tables, which live until the process ends.
private enum Services {
  /// By id, laid out as the trial wants it now.
  static func tables(_ trial: Trial) -> [String: UnsafeRawPointer] {
    let layout = "\(trial.layout.structs) \(trial.layout.tail)"
    if let made = trial.services[layout] { return made }
    let tables = [
      ICL_EXTENSION_LOG: trial.lasting("the icl_log", log),
      ICL_EXTENSION_PARALLEL: trial.lasting("the icl_parallel", parallel),
      ICL_EXTENSION_ARENA: trial.lasting("the icl_arena", arena),
      ICL_EXTENSION_RUN: trial.lasting("the icl_run", run),
    ]
    trial.services[layout] = tables
    return tables
  }

  private static var log: icl_log {
    icl_log(
      struct_size: UInt32(MemoryLayout<icl_log>.size), reserved: 0,
      write: { host, level, message in
        guard let host else { return }
        if message == nil || level > 2 {
          FakeHost.of(host).complain("it logged NULL, or at no level")
        }
      })
  }
  private static var parallel: icl_parallel {
    icl_parallel(
      struct_size: UInt32(MemoryLayout<icl_parallel>.size), reserved: 0,
      threads: { host in host.map { UInt32(FakeHost.of($0).offer.threads) } ?? 1 },
      run: { host, count, user, body in
        if let host, let body { FakeHost.of(host).loop(count, user, body) }
      })
  }
  private static var arena: icl_arena {
    icl_arena(
      struct_size: UInt32(MemoryLayout<icl_arena>.size), reserved: 0,
      allocate: { host, bytes in host.flatMap { FakeHost.of($0).allocate(bytes) } },
      release: { host, memory in if let host { FakeHost.of(host).release(memory) } })
  }
  private static var run: icl_run {
    icl_run(
      struct_size: UInt32(MemoryLayout<icl_run>.size), reserved: 0,
      cancelled: { host in host.map { FakeHost.of($0).offer.failing ? 1 : 0 } ?? 0 },
      progress: { host, fraction, what in
        guard let host else { return }
        if !(0...1).contains(fraction) {
          FakeHost.of(host).complain("it reported a progress of \(fraction)")
        }
      })
  }
}

/// Does a body on several threads at once, the calling one among them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (_ thread: Int, _ of: Int) -> Void) {
  final class Work: Sendable {
    let thread: Int
    let of: Int
    let body: @Sendable (Int, Int) -> Void
    init(_ thread: Int, _ of: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
      (self.thread, self.of, self.body) = (thread, of, body)
    }
  }
  var threads: [pthread_t] = []
  for number in 1..<max(count, 1) {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(number, count, body))
    let failed = pthread_create(
      &thread, nil,
      { argument in
        let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
        work.body(work.thread, work.of)
        return nil
      }, work.toOpaque())
    precondition(failed == 0, "no thread to be had")
    threads.append(thread)
  }
  body(0, max(count, 1))
  for thread in threads { pthread_join(thread, nil) }
}
