import Foundation
import Testing

/// The whole command on a paper of a few seconds, and on its twin with mistakes.
@Suite(.serialized) struct ToyPaperTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  @Test func aPaperThatHolds() throws {
    try withFolder { folder in
      let first = try reproduce("toy", in: folder)
      #expect(first.status == 0, "\(first.errors)")
      let document = try first.document()
      let checks = try #require(document["checks"] as? [[String: Any]])
      #expect(checks.map { $0["id"] as? String } == ["T1", "T2", "T3", "T4", "T5"])
      #expect(checks.allSatisfy { $0["holds"] as? Bool == true })
      #expect(checks[0]["source"] as? String == "theory")
      #expect(checks[0]["expected"] as? [Double] == [1.25, 2.25])
      #expect((checks[0]["tolerance"] as? [String: Double]) == ["standard_errors": 4])
      #expect(document["computed_runs"] as? Int == 5)
      for file in ["index.html", "training.svg", "checks.json"] {
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "out/\(file)").path))
      }
      let figure = try String(
        contentsOf: folder.appending(path: "out/training.svg"), encoding: .utf8)
      #expect(figure.contains(">none</text>") && figure.contains(">one</text>"))

      // Finished runs are used again, and say the same.
      let second = try reproduce("toy", in: folder)
      #expect(second.status == 0)
      let again = try second.document()
      #expect(again["computed_runs"] as? Int == 0)
      let measured = { (document: [String: Any]) in
        (document["checks"] as? [[String: Any]])?.map { "\($0["measured"] ?? "")" }
      }
      #expect(measured(again) == measured(document))

      // On one thread, in turn, it is the same to the bit.
      let alone = try reproduce("toy", "--threads", "1", "--out", "alone", in: folder).document()
      #expect(measured(alone) == measured(document))
    }
  }

  @Test func theShortForm() throws {
    try withFolder { folder in
      let answer = try reproduce("toy", "--quick", "--seeds", "1", in: folder)
      #expect(answer.status == 0, "\(answer.output)")
      #expect(try answer.document()["runs"] as? Int == 3)
    }
  }

  @Test func aCheckThatDoesNotHoldIsStatus1() throws {
    try withFolder { folder in
      let answer = try reproduce("toy-wrong", in: folder)
      #expect(answer.status == 1, "\(answer.errors)")
      let checks = try #require(try answer.document()["checks"] as? [[String: Any]])
      #expect(checks.map { $0["holds"] as? Bool } == [false, false, false, true])
      let reasons = checks.map { $0["reason"] as? String ?? "" }
      #expect(reasons[1].contains("recorded no series 'test.los'. Did you mean 'test.loss'?"))
      #expect(reasons[2].contains("task.dimension"))

      let part = try reproduce("toy-wrong/W4", in: folder)
      #expect(part.status == 0)
    }
  }

  @Test func listsWhatThereIs() throws {
    try withFolder { folder in
      let answer = try reproduce("--list", in: folder)
      let papers = try #require(try answer.document()["papers"] as? [[String: Any]])
      let names = papers.compactMap { $0["name"] as? String }
      #expect(names.contains("toy") && names.contains("toy/training") && names.contains("toy/T1"))
    }
  }

  @Test func anUnknownPaperIsMet() throws {
    try withFolder { folder in
      let answer = try reproduce("tyo", in: folder)
      #expect(answer.status == 66)
      #expect(answer.errors.contains("Did you mean 'toy'?"))
    }
  }

  private struct Answer {
    var status: Int32
    var output: String
    var errors: String

    func document() throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(object as? [String: Any])
    }
  }

  /// `reproduce` with --json, in a folder of its own; output goes to `out` there.
  private func reproduce(_ arguments: String..., in folder: URL) throws -> Answer {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "icl-host")
    process.arguments =
      ["reproduce", "--json", "--papers", Self.fixtures.path] + arguments
      + (arguments.contains("--out") || arguments.contains("--list") ? [] : ["--out", "out"])
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["XDG_DATA_HOME": folder.appending(path: "data").path]
    ) { $1 }
    let files = ["output", "errors"].map { folder.appending(path: $0) }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus,
      output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "icl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
