import Foundation
import Testing

/// The host as it was built, with what `validate` writes.
enum Host {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  struct Report: Decodable {
    let passed: Int
    let failed: Int
    let not_applicable: Int
    let applicable: Int
    let checks: [Check]

    var failing: [Check] { checks.filter { $0.status == "failed" } }
  }

  struct Check: Decodable {
    let id: String
    let status: String
    let detail: String
    let reproduce: String
  }

  static func run(_ tool: URL, _ arguments: [String]) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try ["output", "errors"].map { name in
      let file = folder.appending(path: name)
      try Data().write(to: file)
      return (file, try FileHandle(forWritingTo: file))
    }
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    (process.standardOutput, process.standardError) = (files[0].1, files[1].1)
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { try String(contentsOf: $0.0, encoding: .utf8) }
    return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  static func run(_ arguments: [String]) throws -> Result {
    try run(products.appending(path: "icl-host"), arguments)
  }

  static func validate(_ plugin: String, _ arguments: [String] = []) throws -> Report {
    let result = try run(["validate", plugin, "--json"] + arguments)
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    #expect(result.status == (report.failed > 0 ? 1 : 0), "\(result.errors)")
    return report
  }
}
