import Foundation

/// The program as it was built, used from outside.
struct Host {
  struct Answer {
    var status: Int32
    var output: String
    var errors: String

    /// Standard output, which must be one JSON document and nothing else.
    func document() throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      guard let document = object as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
      return document
    }
  }

  /// The folder that this test was built into, with the host and the plugins.
  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func run(_ arguments: String..., in folder: URL? = nil) throws -> Answer {
    try run(arguments, in: folder)
  }

  static func run(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Answer {
    try run(
      program: products.appending(path: "icl-host"), arguments, in: folder,
      environment: environment)
  }

  /// Output goes to files, not pipes: a pipe that nobody empties stops the program.
  static func run(
    program: URL, _ arguments: [String], in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Answer {
    try withTemporaryFolder { logs in
      let process = Process()
      process.executableURL = program
      process.arguments = arguments
      process.currentDirectoryURL = folder
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      let output = logs.appending(path: "output")
      let errors = logs.appending(path: "errors")
      for file in [output, errors] { try Data().write(to: file) }
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = try FileHandle(forWritingTo: errors)
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return Answer(
        status: process.terminationStatus,
        output: try String(contentsOf: output, encoding: .utf8),
        errors: try String(contentsOf: errors, encoding: .utf8))
    }
  }
}

/// A folder that is gone after the body.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
