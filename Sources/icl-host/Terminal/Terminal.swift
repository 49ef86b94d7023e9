import Glibc
import ICLPlugins
import ICLTraining

/// Where texts go: results to standard output, everything else to standard error.
enum Terminal {
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  static func printNote(_ text: String) { write("icl-host: \(text)\n", to: STDERR_FILENO) }

  /// What a plugin says, on a line of its own even where a progress line is drawn.
  @Sendable static func showLog(_ level: HostServices.LogLevel, _ message: String) {
    guard level != .debug else { return }
    let clear = isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : ""
    let label = level == .warning ? "warning: " : ""
    write("\(clear)icl-host: \(label)\(message)\n", to: STDERR_FILENO)
  }

  /// "icl-host: error: run.steps: expected ..., found '0'." and the hint on its own line.
  static func printError(_ failure: Failure) {
    let key = failure.key.isEmpty ? "" : "\(failure.key): "
    let hint = failure.hint.isEmpty ? "" : "\n  \(failure.hint)"
    write("icl-host: error: \(key)\(failure.message)\(hint)\n", to: STDERR_FILENO)
  }

  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    var text = text
    text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let written = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { return }
        done += written
      }
    }
  }
}
