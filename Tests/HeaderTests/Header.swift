import Foundation

/// The text of icl.h, as it is or changed by a test.
struct Header {
  var text: String

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func current() throws -> Header {
    let path = repository.appendingPathComponent("Sources/CICL/include/icl/icl.h")
    return Header(text: try String(contentsOf: path, encoding: .utf8))
  }

  /// A copy with one passage replaced, which must be there exactly once.
  func replacing(_ passage: String, with other: String) throws -> Header {
    let parts = text.components(separatedBy: passage)
    guard parts.count == 2 else {
      throw ToolFailure(
        command: "replace", status: 1, text: "\(passage) occurs \(parts.count - 1) times in icl.h")
    }
    return Header(text: parts.joined(separator: other))
  }

  /// Without the layout asserts of section 11: they would refuse a changed header by themselves.
  func withoutAsserts() -> Header {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return Header(
      text: lines.filter { !$0.hasPrefix("ICL_ASSERT_SIZE(") }.joined(separator: "\n"))
  }

  /// The plugin in the opening comment: from its include to the next rule.
  func example() throws -> String {
    let lines = text.components(separatedBy: "\n")
    guard
      let first = lines.firstIndex(of: "#include <icl/icl.h>"),
      let last = lines[first...].firstIndex(where: { $0.hasPrefix(" * ----") })
    else {
      throw ToolFailure(command: "example", status: 1, text: "icl.h has no example plugin")
    }
    return lines[first..<last].joined(separator: "\n") + "\n"
  }

  /// Writes include/icl/icl.h into a folder and returns the include path.
  func write(into folder: URL) throws -> String {
    let include = folder.appendingPathComponent("include")
    let icl = include.appendingPathComponent("icl")
    try FileManager.default.createDirectory(at: icl, withIntermediateDirectories: true)
    try text.write(to: icl.appendingPathComponent("icl.h"), atomically: true, encoding: .utf8)
    return include.path
  }
}
