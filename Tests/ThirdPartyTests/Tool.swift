import Foundation

/// A program that a third party builds with.
struct Tool {
  let path: URL

  /// nil if it is not installed.
  init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { URL(filePath: String($0)).appending(path: name) }
    guard
      let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) })
    else { return nil }
    path = found
  }

  init(at path: URL) { self.path = path }

  static func exists(_ name: String) -> Bool { Tool(name) != nil }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Standard output; throws what the program said if it fails.
  @discardableResult
  func run(_ arguments: [String], in folder: URL? = nil) throws -> String {
    let process = Process()
    process.executableURL = path
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Files, not pipes: a pipe that nobody empties stops the program.
    let logs = try TemporaryFolder()
    defer { logs.remove() }
    let output = try logs.emptyFile("output")
    let errors = try logs.emptyFile("errors")
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: output.url, encoding: .utf8)
    guard process.terminationStatus == 0 else {
      let said = try String(contentsOf: errors.url, encoding: .utf8)
      throw Failure(
        description: "\(path.lastPathComponent) \(arguments.joined(separator: " ")) exited with "
          + "\(process.terminationStatus):\n\(text)\(said)")
    }
    return text
  }
}
