import Foundation
import Testing

/// Plugins built by others, with other tools, run in the host as it is.
///
/// Each is the same model as Plugins/Models/LinearAttention at its defaults, with the same names
/// and streams, so that training gives the same numbers.
@Suite(.serialized) struct ThirdPartyTests {
  @Test(.enabled(if: Tool.exists("gcc"), "gcc is not installed"))
  func cPluginTrainsLikeOurs() throws { try expectTrainsLikeOurs(Outsider.c) }

  @Test(.enabled(if: Tool.exists("clang++"), "clang++ is not installed"))
  func cxxPluginTrainsLikeOurs() throws { try expectTrainsLikeOurs(Outsider.cxx) }

  @Test(.enabled(if: Tool.exists("cargo"), "cargo is not installed"))
  func rustPluginTrainsLikeOurs() throws { try expectTrainsLikeOurs(Outsider.rust) }

  @Test(.enabled(if: Tool.exists("swift"), "swift is not installed"))
  func swiftPluginTrainsLikeOurs() throws {
    try expectTrainsLikeOurs { try Outsider.swift(in: $0) }
  }

  @Test(.enabled(if: Tool.exists("swift"), "swift is not installed"))
  func pluginInReadmeTrains() throws {
    let readme = try String(
      contentsOf: Repository.kit.appending(path: "README.md"), encoding: .utf8)
    let parts = readme.components(separatedBy: "```swift\n")
    try #require(parts.count == 2)
    let source = parts[1].components(separatedBy: "```")[0]
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let library = try Outsider.swift(in: folder.url, source: source)
    try expectIsPlugin(library)
    let run = try Host().train(library.path, scoring: "query")
    // M [8, 8] and v [1].
    #expect(run.parameters == 65)
    #expect(run.final_loss.isFinite)
  }

  /// One test that the comparison below can fail.
  @Test func anotherScaleGivesAnotherLoss() throws {
    let host = try Host()
    let ours = try host.train("linear-attention", scoring: "query")
    let other = try host.train(
      "linear-attention", scoring: "query", settings: ["model.initial-scale=0.2"])
    #expect(abs(ours.final_loss - other.final_loss) > 1e-6 * ours.final_loss)
  }

  private func expectTrainsLikeOurs(_ build: (URL) throws -> URL) throws {
    let host = try Host()
    let before = try modificationDate(host.tool.path)
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let library = try build(folder.url)
    try expectIsPlugin(library)
    for scoring in ["query", "every-prefix"] {
      let ours = try host.train("linear-attention", scoring: scoring)
      let theirs = try host.train(library.path, scoring: scoring)
      #expect(theirs.parameters == ours.parameters)
      #expect(abs(theirs.final_loss - ours.final_loss) <= 1e-10 * ours.final_loss)
      try #require(theirs.loss_by_context_length.count == ours.loss_by_context_length.count)
      for (a, b) in zip(theirs.loss_by_context_length, ours.loss_by_context_length) {
        #expect(abs(a - b) <= 1e-10 * b)
      }
    }
    #expect(try modificationDate(host.tool.path) == before, "the host was rebuilt")
  }

  /// The entry point is exported, and the note says which interface it speaks.
  private func expectIsPlugin(_ library: URL) throws {
    let binutils = try #require(Tool("readelf"), "readelf is not installed")
    let symbols = try binutils.run(["--dyn-syms", "-W", library.path])
    #expect(
      symbols.split(separator: "\n").contains {
        $0.hasSuffix(" icl_plugin_v1") && $0.contains("GLOBAL") && !$0.contains("UND")
      })
    let note = try binutils.run(["-x", ".note.icl", library.path])
    // Name size 4, description size 8, type 1, "ICL\0"; version 1.0.
    #expect(note.contains("04000000 08000000 01000000 49434c00"))
    #expect(note.contains("01000000 00000000"))
  }

  private func modificationDate(_ file: URL) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
  }
}
