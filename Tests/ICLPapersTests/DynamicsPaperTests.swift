import Foundation
import Testing

/// Checks of a paper that comes along, each of a second or two, by the command as a user gives it.
@Suite struct DynamicsPaperTests {
  @Test(arguments: [
    "C2", "C3", "C7", "C13", "C14", "C15", "C16", "C17", "C18", "C19a", "C19a-gradient",
    "C19a-maps", "C19b", "C19b-two", "C26",
  ])
  func holds(check: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let papers = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Registry/papers")
    let log = folder.appending(path: "log")
    try Data().write(to: log)
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "icl-host")
    process.arguments = [
      "reproduce", "linear-attention-dynamics/\(check)", "--quick", "--papers", papers.path,
      "--out", "out",
    ]
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["XDG_DATA_HOME": folder.appending(path: "data").path]
    ) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: log, encoding: .utf8)
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
