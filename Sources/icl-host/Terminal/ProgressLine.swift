import Glibc
import ICLPlugins
import ICLTraining
import Synchronization

/// What a run is doing, on standard error: one line redrawn in place on a terminal, and plain lines
/// at a distance elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var lastShown: ContinuousClock.Instant?
    var first: (time: ContinuousClock.Instant, step: Int)?
    var isDrawn = false
  }

  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// Plugins report from any thread.
  private let state = Mutex(State())

  init() {
    let name = getenv("TERM").map { String(cString: $0) }
    isTerminal = isatty(STDERR_FILENO) == 1 && name != "dumb"
    start = clock.now
  }

  /// Clears the line when the body is done, also with an error. Meanwhile, what plugins say of
  /// their progress is shown too.
  func whileShown<Result>(_ body: () throws -> Result) rethrows -> Result {
    HostServices.shared.setProgress { self.show(fraction: $0, of: $1) }
    defer {
      HostServices.shared.setProgress { _, _ in }
      let isDrawn = state.withLock { $0.isDrawn }
      if isDrawn { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
    }
    return try body()
  }

  private func show(fraction: Double, of what: String) {
    let name = what.isEmpty ? "a plugin works" : what
    state.withLock { state in
      let now = clock.now
      guard isDue(now, &state) else { return }
      draw("\(name): \(NumberText.fixed(100 * fraction, 0)) %", &state)
    }
  }

  func show(_ event: RunEvent) {
    state.withLock { state in
      let now = clock.now
      var isLast = false
      if case .training(let progress) = event { isLast = progress.step == progress.steps }
      if state.lastShown == nil, case .evaluating = event, !isTerminal, now - start < pause {
        return
      }
      guard isDue(now, &state) || isLast else { return }
      state.lastShown = now
      draw(text(event, now, &state), &state)
    }
  }

  /// Any other line, made only if it is time for one.
  func show(text: () -> String) {
    state.withLock { state in
      guard isDue(clock.now, &state) else { return }
      draw(text(), &state)
    }
  }

  private var pause: Duration { isTerminal ? .milliseconds(100) : .seconds(3) }

  private func isDue(_ now: ContinuousClock.Instant, _ state: inout State) -> Bool {
    if let last = state.lastShown, now - last < pause { return false }
    state.lastShown = now
    return true
  }

  private func text(
    _ event: RunEvent, _ now: ContinuousClock.Instant, _ state: inout State
  ) -> String {
    switch event {
    case .evaluating(let done, let all):
      return "evaluating: \(NumberText.count(done)) of \(NumberText.count(all)) fresh prompts"
    case .training(let progress):
      let count = NumberText.count(progress.step)
      var parts = [
        progress.steps > 0
          ? "step \(count)/\(NumberText.count(progress.steps))" : "evaluation \(count)",
        "loss \(NumberText.loss(progress.loss))",
      ]
      // The first step also warms caches up, so the rate counts from its end; a run that is gone on
      // with has done others before.
      let first = state.first ?? (time: now, step: progress.step)
      state.first = first
      let seconds = (now - first.time) / .seconds(1)
      if progress.step > first.step, seconds > 0 {
        let rate = Double(progress.step - first.step) / seconds
        parts.append("\(NumberText.count(Int(rate.rounded()))) steps/s")
        if progress.steps > progress.step {
          parts.append("\(NumberText.time(Double(progress.steps - progress.step) / rate)) left")
        }
      }
      return parts.joined(separator: "  ")
    }
  }

  private func draw(_ text: String, _ state: inout State) {
    if isTerminal {
      Terminal.write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
      state.isDrawn = true
    } else {
      Terminal.write("\(text)\n", to: STDERR_FILENO)
    }
  }
}
