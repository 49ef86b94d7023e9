import Foundation
import Testing

/// Who imports whom: the arrows between the rooms, and nothing else.
@Suite struct ArrowsTests {
  /// Besides the standard library's own modules and Foundation, which are looked at below.
  private static let arrows: [String: Set<String>] = [
    "CICL": [], "CFFI": [], "CICLBackend": [], "CICLTrial": [], "CICLWorker": [],
    "icl-worker": [],
    "ICLKit": ["CICL"],
    "ICLRandom": [],
    "ICLGraph": [],
    "ICLEngine": ["ICLGraph", "ICLRandom", "CICLBackend"],
    "Backends": ["CICLBackend"],
    "ICLPlugins": ["CICL", "CFFI", "CICLBackend", "CICLWorker", "ICLGraph"],
    "ICLConformance": [
      "CICL", "CICLBackend", "CICLTrial", "ICLPlugins", "ICLGraph", "ICLEngine", "ICLRandom",
    ],
    "ICLRecords": ["GRDB", "Crypto"],
    "ICLReports": ["ICLRecords"],
    "ICLTemplates": ["ICLRecords"],
    "ICLAnalysis": [],
    "ICLTraining": [
      "ICLAnalysis", "ICLEngine", "ICLGraph", "ICLPlugins", "ICLRandom", "ICLRecords", "Yams",
    ],
    "ICLPapers": ["ICLTraining", "ICLReports", "ICLRecords", "ICLPlugins", "Yams"],
    "icl-host": [
      "ICLTraining", "ICLEngine", "ICLReports", "ICLPapers", "ICLTemplates", "ICLRecords",
      "ICLPlugins", "ICLConformance", "ArgumentParser",
    ],
  ]

  /// Foundation costs time at the start of every plugin and of the host's first step.
  private static let withoutFoundation: Set<String> = [
    "ICLKit", "ICLRandom", "ICLGraph", "ICLEngine", "Backends", "Plugins",
  ]

  private static let everyones: Set<String> = ["Glibc", "Synchronization", "Dispatch"]

  @Test func everyRoomKeepsToItsArrows() throws {
    let sources = Host.repository.appending(path: "Sources")
    let rooms = try FileManager.default.contentsOfDirectory(atPath: sources.path)
    #expect(Set(rooms) == Set(Self.arrows.keys))
    for room in rooms {
      let found = try imports(in: sources.appending(path: room))
      let allowed = try #require(Self.arrows[room])
      #expect(others(found, room).isSubset(of: allowed), "\(room)")
    }
  }

  @Test func pluginsNeverImportTheHost() throws {
    let plugins = Host.repository.appending(path: "Plugins")
    let linked = try ["Theory", "Shared"].flatMap {
      try FileManager.default.contentsOfDirectory(atPath: plugins.appending(path: $0).path)
    }
    let found = try imports(in: plugins)
    #expect(found.contains("ICLKit"), "the sources were read")
    #expect(others(found, "Plugins").isSubset(of: ["CICL", "ICLKit"] + linked))
  }

  private func others(_ found: Set<String>, _ room: String) -> Set<String> {
    let free = Self.withoutFoundation.contains(room) ? [] : ["Foundation", "FoundationEssentials"]
    return found.subtracting(Self.everyones).subtracting(free)
  }

  /// The modules that the Swift files below a folder import.
  private func imports(in folder: URL) throws -> Set<String> {
    var found: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place <= 2, words.count > place + 1,
          line.first?.isWhitespace == false, words[..<place].allSatisfy(Self.isModifier)
        else { continue }
        found.insert(String(words[place + 1].prefix { $0 != "." }))
      }
    }
    return found
  }

  private static func isModifier(_ word: Substring) -> Bool {
    word.hasPrefix("@") || ["public", "internal", "package", "private"].contains(word)
  }
}
