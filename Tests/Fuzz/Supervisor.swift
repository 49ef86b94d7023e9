import Foundation

/// Starts workers, one after the other, and says what they died of.
struct Supervisor {
  private let arguments: Arguments
  private static let patience = 20.0
  private static let limit = 10

  init(_ arguments: Arguments) { self.arguments = arguments }

  /// The number of findings.
  func run() throws -> Int {
    let name = arguments.target
    let progress = FileManager.default.temporaryDirectory
      .appendingPathComponent("icl-fuzz-\(name)-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { try? FileManager.default.removeItem(atPath: progress) }
    let end = Date(timeIntervalSinceNow: arguments.seconds)
    var start: UInt64 = 0
    var findings = 0
    while case let rest = end.timeIntervalSinceNow, rest > 0, findings < Self.limit {
      guard FileManager.default.createFile(atPath: progress, contents: Data(count: 8)) else {
        throw Contradiction("\(progress) cannot be written")
      }
      let ending = try work(from: start, for: rest, progress: progress)
      let iteration = Self.number(progress) ?? start
      start = iteration + 1
      guard let ending else { break }
      findings += 1
      print("\(name): \(ending)")
      print("  again: icl-fuzz \(name) --seed \(arguments.seed) --iteration \(iteration)")
    }
    print("\(name): \(start) inputs, \(findings) findings")
    return findings
  }

  /// nil where the time was up; else what happened.
  private func work(from start: UInt64, for seconds: Double, progress: String) throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      arguments.target, "--seed", "\(arguments.seed)", "--start", "\(start)",
      "--seconds", "\(seconds)", "--progress", progress,
    ]
    let errors = Pipe()
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let watch = DispatchSource.makeTimerSource(queue: .global())
    let watched = Watched(patience: Self.patience)
    watch.schedule(deadline: .now() + 1, repeating: 1)
    watch.setEventHandler {
      if watched.isStuck(at: Self.number(progress)) { kill(process.processIdentifier, SIGKILL) }
    }
    watch.activate()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    watch.cancel()
    let last = text.split(separator: "\n").first.map { ": \($0)" } ?? ""
    if watched.wasStuck { return "hangs for \(Int(Self.patience)) s" }
    if process.terminationReason == .uncaughtSignal {
      return "signal \(process.terminationStatus)\(last)"
    }
    return process.terminationStatus == 0 ? nil : "status \(process.terminationStatus)\(last)"
  }

  private static func number(_ path: String) -> UInt64? {
    guard let data = FileManager.default.contents(atPath: path), data.count >= 8 else { return nil }
    return data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
  }
}

/// Notices a number that does not change; used by one timer.
private final class Watched: @unchecked Sendable {
  private let patience: Double
  private var seen: (number: UInt64?, since: Date) = (nil, Date())
  private(set) var wasStuck = false

  init(patience: Double) { self.patience = patience }

  func isStuck(at number: UInt64?) -> Bool {
    if number != seen.number { seen = (number, Date()) }
    wasStuck = Date().timeIntervalSince(seen.since) > patience
    return wasStuck
  }
}
