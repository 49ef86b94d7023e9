import Foundation
import ICLPapers
import Testing

/// Papers are found from wherever icl-host was built to and is called from.
@Suite struct PaperSearchTests {
  /// A source tree with papers, a folder deep in it, and a scratch folder elsewhere.
  private func withTree(_ body: (_ tree: String, _ elsewhere: String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for part in ["tree/Registry/papers/toy", "tree/Sources/deep", "elsewhere/release"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: part), withIntermediateDirectories: true)
    }
    try Data("title: toy".utf8).write(
      to: folder.appending(path: "tree/Registry/papers/toy/paper.yaml"))
    try body(folder.appending(path: "tree").path, folder.appending(path: "elsewhere").path)
  }

  private func finds(_ search: PaperSearch) -> Bool {
    PaperCatalog(search.folders).papers.contains { $0.name == "toy" }
  }

  @Test func aboveTheCurrentFolder() throws {
    try withTree { tree, elsewhere in
      let executable = "\(elsewhere)/release"
      #expect(finds(PaperSearch(current: tree, executable: executable)))
      #expect(finds(PaperSearch(current: "\(tree)/Sources/deep", executable: executable)))
      #expect(!finds(PaperSearch(current: elsewhere, executable: executable)))
    }
  }

  @Test func aroundTheExecutable() throws {
    try withTree { tree, elsewhere in
      #expect(finds(PaperSearch(current: elsewhere, executable: "\(tree)/.build/release")))
      #expect(finds(PaperSearch(executable: "\(tree)/scratch/x86_64/release")))
    }
  }

  @Test func inThePackageOfABuildElsewhere() throws {
    try withTree { tree, elsewhere in
      let executable = "\(elsewhere)/release"
      #expect(finds(PaperSearch(current: elsewhere, executable: executable, package: tree)))
      #expect(!finds(PaperSearch(current: elsewhere, executable: executable)))
    }
  }

  @Test func theFirstCounts() {
    let folders = PaperSearch(
      given: ["mine"], executable: "/none/bin", package: "/none/source", data: "/none/data"
    ).folders
    #expect(
      folders == [
        "mine", "/none/share/icl-host/papers", "/none/source/Registry/papers",
        "/none/data/papers",
      ])
  }
}
