import Foundation
import Testing

/// The header is C11 and C++17, alone and without warnings.
@Suite struct LanguageTests {
  /// What a plugin uses of the header besides types: the note and every inline function.
  static func source(_ snapshot: Snapshot) -> String {
    let uses = snapshot.functions.keys.filter { $0 != "icl_plugin_v1" }.sorted()
    return """
      #include <icl/icl.h>
      ICL_PLUGIN_NOTE;
      int main(void) {
      \(uses.map { "  (void)&\($0);" }.joined(separator: "\n"))
        return 0;
      }

      """
  }

  @Test(arguments: ["gcc", "clang"])
  func isC11(compiler: String) throws {
    try check(compiler, "c", "c11")
  }

  @Test(arguments: ["g++", "clang++"])
  func isCxx17(compiler: String) throws {
    try check(compiler, "c++", "c++17")
    try check(compiler, "c++", "c++20")
  }

  func check(_ compiler: String, _ language: String, _ standard: String) throws {
    guard let tool = Tool(compiler) else {
      #expect(compiler.hasPrefix("clang"), "\(compiler) is needed")
      return
    }
    try withTemporaryFolder { folder in
      let header = try Header.current()
      let include = try header.write(into: folder)
      let source = folder.appendingPathComponent("use.txt").path
      try Self.source(try Snapshot(header)).write(
        toFile: source, atomically: true, encoding: .utf8)
      try tool.demand([
        "-x", language, "-std=\(standard)", "-Wall", "-Wextra", "-Wshadow", "-Wconversion",
        "-Werror", "-pedantic", "-fsyntax-only", "-I", include, source,
      ])
    }
  }
}
