import Foundation
import ICLPapers
import Testing

@Suite struct DocumentationTests {
  /// docs/reproduce.md lists every function as it is.
  @Test func listsEveryFunction() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/reproduce.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let missing = FunctionReference.lines.filter { !text.contains("\($0)\n") }
    #expect(missing.isEmpty)
    #expect(FunctionReference.lines.count > 50)
  }
}
