import Glibc
import ICLTraining

/// What a run is doing, on standard error: one line redrawn in place on a terminal, and plain lines
/// at a distance elsewhere.
final class ProgressLine {
  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant?
  private var firstStep: ContinuousClock.Instant?
  private var isDrawn = false

  init() {
    let name = getenv("TERM").map { String(cString: $0) }
    isTerminal = isatty(STDERR_FILENO) == 1 && name != "dumb"
    start = clock.now
  }

  /// Clears the line when the body is done, also with an error.
  func whileShown<Result>(_ body: () throws -> Result) rethrows -> Result {
    defer { if isDrawn { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) } }
    return try body()
  }

  func show(_ event: RunEvent) {
    let now = clock.now
    let isLast: Bool
    switch event {
    case .training(let progress): isLast = progress.step == progress.steps
    case .evaluating: isLast = false
    }
    let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(3)
    if let lastShown, now - lastShown < pause, !isLast { return }
    if lastShown == nil, case .evaluating = event, !isTerminal, now - start < pause { return }
    lastShown = now
    draw(text(event, now))
  }

  private func text(_ event: RunEvent, _ now: ContinuousClock.Instant) -> String {
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
      // The first step also warms caches up, so the rate counts from its end.
      let from = firstStep ?? now
      firstStep = from
      let seconds = (now - from) / .seconds(1)
      if progress.step > 1, seconds > 0 {
        let rate = Double(progress.step - 1) / seconds
        parts.append("\(NumberText.count(Int(rate.rounded()))) steps/s")
        if progress.steps > progress.step {
          parts.append("\(NumberText.time(Double(progress.steps - progress.step) / rate)) left")
        }
      }
      return parts.joined(separator: "  ")
    }
  }

  private func draw(_ text: String) {
    if isTerminal {
      Terminal.write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
      isDrawn = true
    } else {
      Terminal.write("\(text)\n", to: STDERR_FILENO)
    }
  }
}
