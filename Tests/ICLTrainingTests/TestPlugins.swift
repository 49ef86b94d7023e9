import Foundation
import ICLPlugins
import ICLTraining
import Testing

/// The plugins that the tests use: the first-party ones, built beside the tests, and the fixtures.
enum TestPlugins {
  static let catalog = PluginCatalog(
    SearchPath(folders: [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    ]))

  /// The library made of Fixtures/fixtures.c by the system's C compiler. It stays open, so it goes
  /// to one place for all tests.
  static let fixtures: String = {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
    let library = FileManager.default.temporaryDirectory
      .appending(path: "icl-fixtures-\(ProcessInfo.processInfo.processIdentifier).so").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "cc", "-std=c11", "-shared", "-fPIC", "-fvisibility=hidden",
      "-I", root.appending(path: "Sources/CICL/include").path,
      here.appending(path: "Fixtures/fixtures.c").path, "-o", library, "-lm",
    ]
    do {
      try process.run()
      process.waitUntilExit()
    } catch { Issue.record("no C compiler: \(error)") }
    #expect(process.terminationStatus == 0)
    atexit { unlink(TestPlugins.fixtures) }
    return library
  }()

  static func fixture(_ id: String) -> String { "\(fixtures)#\(id)" }

  static func run(
    _ model: String, _ task: String, optimizer: String? = "adam", metrics: [String]? = [],
    _ settings: [String] = []
  ) throws -> ResolvedRun {
    try ResolvedRun(
      RunConfiguration(
        model: model, task: task, metrics: metrics, optimizer: optimizer,
        settings: try Settings(settings)), in: catalog)
  }
}
