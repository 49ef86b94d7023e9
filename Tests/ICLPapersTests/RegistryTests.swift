import Foundation
import ICLPapers
import Testing

@Suite struct RegistryTests {
  /// Each paper that comes along can be read, all that it names is there, and it has a README.
  @Test func everyPaperIsWhole() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Registry/papers").path
    for (name, path) in PaperCatalog([folder]).papers {
      let paper = try Paper(reading: path)
      #expect(!paper.checks.isEmpty && !paper.citation.isEmpty, "\(name)")
      #expect(FileManager.default.fileExists(atPath: "\(path)/README.md"), "\(name)")
    }
  }
}
