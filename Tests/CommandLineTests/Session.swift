import Foundation
import Synchronization

/// icl-host while it runs, for tests that send it signals.
final class Session {
  let process = Process()
  private let errors: URL

  init(_ arguments: [String], in folder: URL, limit: String? = nil) throws {
    errors = folder.appending(path: "errors-\(UUID().uuidString)")
    let host = Host.products.appending(path: "icl-host").path
    process.executableURL = URL(filePath: limit == nil ? host : "/bin/bash")
    process.arguments =
      limit.map { ["-c", "\($0); exec \"$0\" \"$@\"", host] + arguments } ?? arguments
    process.currentDirectoryURL = folder
    try Data().write(to: errors)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// What it ended with; 128 + signal if a signal ended it.
  func end() -> Int32 {
    process.waitUntilExit()
    let status = process.terminationStatus
    return process.terminationReason == .uncaughtSignal ? 128 + status : status
  }

  var messages: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// Waits until a condition holds or the process ends; whether it holds.
  func wait(until condition: () -> Bool) -> Bool {
    while process.isRunning {
      if condition() { return true }
      usleep(1000)
    }
    return condition()
  }
}

/// A source of numbers whose seed is shown where a test fails.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
