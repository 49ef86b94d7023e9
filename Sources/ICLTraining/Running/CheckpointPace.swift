/// When a checkpoint beside those on schedule is due, so that a long run which is killed loses
/// little: after a minute, and later where writing one takes so long that it would be more than
/// 1/200 of the time.
struct CheckpointPace {
  private static let shortest = Duration.seconds(60)
  private static let share = 200.0

  private var next = ContinuousClock.now + shortest

  var isDue: Bool { ContinuousClock.now >= next }

  /// Runs a body that writes a checkpoint.
  mutating func measure(_ body: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    try body()
    let end = ContinuousClock.now
    next = end + max(Self.shortest, (end - start) * Self.share)
  }
}
