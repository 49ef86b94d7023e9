import Foundation
import Testing

/// A plugin under Hostile that does one thing wrong, and says which check is meant to find it:
/// "expects: memory.guard-after", and "flags: …" for the compiler.
struct HostilePlugin: CustomTestStringConvertible, Sendable {
  let source: URL
  let expects: String
  let flags: [String]

  var testDescription: String { source.lastPathComponent }

  static let folder = Host.root.appending(path: "Tests/ConformanceTests/Hostile")

  static let all: [HostilePlugin] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".c") || $0.hasSuffix(".cpp") }.compactMap { name in
      let source = folder.appending(path: name)
      guard let text = try? String(contentsOf: source, encoding: .utf8),
        let expects = value("expects", in: text)
      else { return nil }
      let flags = value("flags", in: text) ?? ""
      return HostilePlugin(
        source: source, expects: expects, flags: flags.split(separator: " ").map(String.init))
    }
  }()

  private static func value(_ key: String, in text: String) -> String? {
    text.split(separator: "\n").lazy.compactMap { line in
      line.range(of: "\(key): ").map { String(line[$0.upperBound...]) }
    }.first
  }

  /// Builds it into a folder.
  func build(in folder: URL) throws -> String {
    let isCXX = source.pathExtension == "cpp"
    let library = folder.appending(path: source.deletingPathExtension().lastPathComponent + ".so")
    let result = try Host.run(
      URL(filePath: "/usr/bin/env"),
      (isCXX ? ["g++", "-std=gnu++20"] : ["gcc", "-std=gnu11"])
        + ["-O1", "-w", "-shared", "-fPIC", "-fvisibility=hidden"]
        + ["-I", Host.root.appending(path: "Sources/CICL/include").path, source.path]
        + flags + ["-o", library.path, "-lm"])
    try #require(result.status == 0, "\(result.errors)")
    return library.path
  }
}

/// A folder of one test's own.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
