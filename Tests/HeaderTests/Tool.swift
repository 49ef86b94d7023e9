import Foundation

/// A command-line tool found in PATH.
struct Tool {
  let path: String

  init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { "\($0)/\(name)" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
      return nil
    }
    self.path = path
  }

  /// A program that a test has built.
  init(binary path: String) { self.path = path }

  struct Outcome {
    let status: Int32
    let output: String
    /// Both together, for the message of a failed expectation.
    let errors: String
    var text: String { output + errors }
  }

  func run(_ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    var environment = ProcessInfo.processInfo.environment
    environment["LC_ALL"] = "C"
    process.environment = environment
    // Files rather than pipes: a full pipe would block the tool.
    let log = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let files = [log.appendingPathExtension("out"), log.appendingPathExtension("err")]
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }

  /// Runs, and throws what the tool said unless it succeeds.
  @discardableResult
  func demand(_ arguments: [String], in folder: URL? = nil) throws -> String {
    let outcome = try run(arguments, in: folder)
    guard outcome.status == 0 else {
      throw ToolFailure(
        command: ([path] + arguments).joined(separator: " "), status: outcome.status,
        text: outcome.text)
    }
    return outcome.output
  }

  static func isInstalled(_ name: String) -> Bool { Tool(name) != nil }
}

struct ToolFailure: Error, CustomStringConvertible {
  let command: String
  let status: Int32
  let text: String
  var description: String { "\(command)\nended with status \(status):\n\(text)" }
}

@discardableResult
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "icl-header-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
