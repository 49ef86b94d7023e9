import Foundation
import ICLPlugins
import Testing

/// The fixture, built as anybody's plugin is: a package with copies of the header and the kit.
///
/// It is built once for the process; a library stays loaded anyway.
enum KitPlugin {
  private static let library = Result { try load() }

  static func component(_ id: String) throws -> Component {
    try #require(library.get().components.first { $0.id == id })
  }

  private static func load() throws -> PluginLibrary {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    defer { try? files.removeItem(at: folder) }
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let sources = tests.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources")
    try files.copyItem(at: tests.appending(path: "Fixtures/Kit"), to: folder)
    for module in ["CICL", "ICLKit"] {
      try files.copyItem(
        at: sources.appending(path: module), to: folder.appending(path: "Sources/\(module)"))
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["swift", "build", "-c", "release", "--package-path", folder.path]
    let log = folder.appending(path: "log")
    try Data().write(to: log)
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    let said = try String(contentsOf: log, encoding: .utf8)
    try #require(process.terminationStatus == 0, "\(said)")
    return try PluginLibrary.load(
      path: folder.appending(path: ".build/release/libkit-fixture.so").path)
  }
}
