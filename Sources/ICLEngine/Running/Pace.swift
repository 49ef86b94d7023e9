import Glibc

/// Says whether the tiles of a phase are worth waking the other threads for.
///
/// To wake a thread and to wait for it takes tens of microseconds; some steps take ten. How long a
/// tile takes is measured in the first runs, which one thread does alone. No number depends on it.
struct Pace {
  /// Below this one thread is faster than two.
  private static let shortest: UInt64 = 40_000
  /// Above these there is no need to measure again: after the first run, which may compute what is
  /// kept of fixed prompts, and after later ones, when caches are warm.
  private static let long: [UInt64] = [20_000_000, 400_000, 400_000]

  private var trial = 0
  private var nanosecondsPerTile = UInt64.max

  /// Whether to run so many tiles on one thread.
  func isAlone(tiles: Int) -> Bool {
    guard trial > 0 else { return true }
    let expected = nanosecondsPerTile.multipliedReportingOverflow(by: UInt64(tiles))
    let time = expected.overflow ? .max : expected.partialValue
    return time < (trial <= Self.long.count ? Self.long[trial - 1] : Self.shortest)
  }

  /// Runs the body, and measures it as long as that is of use.
  mutating func run(tiles: Int, isAlone: Bool, _ body: () -> Void) {
    guard isAlone, trial <= Self.long.count, tiles > 0 else { return body() }
    let start = Self.now()
    body()
    nanosecondsPerTile = min(nanosecondsPerTile, (Self.now() - start) / UInt64(tiles))
    trial += 1
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
