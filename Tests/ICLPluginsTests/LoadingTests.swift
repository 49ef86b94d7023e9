import Foundation
import ICLPlugins
import Synchronization
import Testing

@Suite struct LoadingTests {
  /// Components hold their library without keeping it, so a second one of the same file must not
  /// come to anybody, also where several threads load it for the first time.
  @Test func everyThreadGetsTheSameLibrary() throws {
    let workshop = try Workshop()
    let built = try workshop.build(fixture: "components.c")
    for round in 0..<50 {
      let path = workshop.path("copy-\(round).so")
      try FileManager.default.copyItem(atPath: built, toPath: path)
      let libraries = Starts(count: 4).load(path)
      try #require(libraries.count == 4)
      #expect(libraries.allSatisfy { $0 === libraries[0] })
    }
  }
}

/// Threads that wait for each other before they load.
private final class Starts: Sendable {
  private let count: Int
  private let missing: Atomic<Int>
  private let found = Mutex<[PluginLibrary]>([])

  init(count: Int) {
    self.count = count
    missing = Atomic(count)
  }

  func load(_ path: String) -> [PluginLibrary] {
    let ends = DispatchSemaphore(value: 0)
    for _ in 0..<count {
      Thread.detachNewThread { [self] in
        missing.subtract(1, ordering: .relaxed)
        while missing.load(ordering: .relaxed) > 0 { sched_yield() }
        if let library = try? PluginLibrary.load(path: path) {
          found.withLock { $0.append(library) }
        }
        ends.signal()
      }
    }
    for _ in 0..<count { ends.wait() }
    return found.withLock { $0 }
  }
}
