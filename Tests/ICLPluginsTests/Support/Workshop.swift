import Foundation
import Glibc
import ICLPlugins
import Testing

/// A temporary folder in which a test builds plugins. It is removed with the object.
final class Workshop {
  let folder: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "icl-plugins-XXXXXX").utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// Builds a shared library of C source text or of a fixture.
  @discardableResult
  func build(
    _ source: String, as name: String = "plugin.so", _ flags: [String] = [],
    compiler: String = "gcc"
  ) throws -> String {
    try run(
      compiler,
      ["-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-I", Self.include, source]
        + flags + ["-o", path(name), "-lm"])
    return path(name)
  }

  @discardableResult
  func build(fixture: String, as name: String = "plugin.so", _ flags: [String] = []) throws
    -> String
  {
    try build(Self.fixture(fixture), as: name, flags)
  }

  func run(_ tool: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(
      process.terminationStatus == 0, "\(tool): \(String(decoding: output, as: UTF8.self))")
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let include = root.appendingPathComponent("Sources/CICL/include").path
  static func fixture(_ name: String) -> String {
    root.appendingPathComponent("Tests/ICLPluginsTests/Fixtures/\(name)").path
  }
}

/// The plugin error that the body throws.
func refusal(_ body: () throws -> Void) -> PluginError? {
  do {
    try body()
    return nil
  } catch {
    return error as? PluginError
  }
}
