import CICLBackend
import Glibc
import ICLGraph

/// Runs instructions one at a time and measures each.
final class Profiler {
  /// What was measured of one instruction, over all of its calls.
  struct Times {
    var calls = 0
    /// Nanoseconds, without what reading the clock takes.
    var total = 0.0
  }

  private(set) var lists: [(list: InstructionList, times: [Times])] = []
  private var places: [ObjectIdentifier: Int] = [:]
  /// Of the runs with events, in the order of time, up to the limit; starts in nanoseconds since
  /// the profiler was made.
  private(set) var events: [(list: Int, instruction: Int, start: Double, duration: Double)] = []
  var keepsEvents = true
  /// Nanoseconds that reading the clock around an instruction takes.
  private(set) var overhead = 0.0
  private let eventLimit: Int
  private let beginning: Double

  init(eventLimit: Int, backend: icl_backend_run) {
    self.eventLimit = eventLimit
    beginning = Self.now()
    // What an empty measurement takes.
    var tile = icl_tile()
    let empty = UnsafeMutablePointer<icl_instruction>.allocate(capacity: 1)
    defer { empty.deallocate() }
    let samples = (0..<1001).map { _ in
      let start = Self.now()
      _ = backend(empty, 0, &tile)
      return Self.now() - start
    }
    overhead = samples.sorted()[500]
  }

  /// Nanoseconds since the profiler was made.
  var elapsed: Double { Self.now() - beginning }

  func execute(
    _ list: InstructionList, _ tile: inout icl_tile, _ backend: icl_backend_run
  ) -> Bool {
    let place = place(of: list)
    for index in 0..<list.count {
      let start = Self.now()
      let status = backend(list.pointer + index, 1, &tile)
      let duration = max(0, Self.now() - start - overhead)
      guard status == 0 else { return false }
      lists[place].times[index].calls += 1
      lists[place].times[index].total += duration
      if keepsEvents, events.count < eventLimit {
        events.append((place, index, start - beginning, duration))
      }
    }
    return true
  }

  private func place(of list: InstructionList) -> Int {
    if let known = places[ObjectIdentifier(list)] { return known }
    lists.append((list, [Times](repeating: Times(), count: list.count)))
    places[ObjectIdentifier(list)] = lists.count - 1
    return lists.count - 1
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
}
