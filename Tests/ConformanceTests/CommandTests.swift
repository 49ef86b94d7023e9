import Foundation
import Testing

/// What `icl-host validate` reads and writes.
@Suite struct CommandTests {
  private static let plugin = Host.products.appending(path: "libridge-predictor.so").path

  private struct Listing: Decodable {
    struct Check: Decodable {
      let id: String
      let title: String
      let fix: String
      let needs: [String]
    }
    let checks: [Check]
  }

  private func listing() throws -> Listing {
    let result = try Host.run(["validate", "--list", "--json"])
    #expect(result.status == 0)
    return try JSONDecoder().decode(Listing.self, from: Data(result.output.utf8))
  }

  @Test func thereAreAtLeastSixtyChecks() throws {
    let checks = try listing().checks
    #expect(checks.count >= 60)
    #expect(Set(checks.map(\.id)).count == checks.count)
    for check in checks {
      #expect(check.title.count > 10 && check.fix.count > 10, "\(check.id)")
      #expect(check.needs.allSatisfy { need in checks.contains { $0.id == need } }, "\(check.id)")
    }
  }

  @Test func documentationHasEveryCheck() throws {
    let page = try String(
      contentsOf: Host.root.appending(path: "docs/validate.md"), encoding: .utf8)
    for check in try listing().checks { #expect(page.contains("`\(check.id)`"), "\(check.id)") }
  }

  @Test func chosenChecksAloneAreDone() throws {
    let report = try Host.validate(Self.plugin, ["--only", "binary.st*", "--only", "*.finite"])
    #expect(report.checks.map(\.id) == ["binary.stack", "binary.static-tls", "numerics.finite"])
    #expect(report.passed == 3)
  }

  @Test func theCommandOfACheckDoesItAgain() throws {
    let report = try Host.validate(Self.plugin, ["--only", "numerics.batch", "--seed", "7"])
    let command = try #require(report.checks.first?.reproduce)
    #expect(command == "icl-host validate \(Self.plugin) --only numerics.batch --seed 7")
    let words = command.split(separator: " ").dropFirst().map(String.init)
    let again = try Host.run(words + ["--verbose"])
    #expect(again.status == 0)
    #expect(again.output.hasPrefix("pass  numerics.batch  "))
    #expect(again.output.contains("1 checks, 1 apply: 1 pass, 0 fail, 0 do not apply"))
  }

  @Test func aFailureSaysWhatToDoAndHowToSeeItAgain() throws {
    let plugin = try #require(
      HostilePlugin.all.first { $0.source.lastPathComponent == "sets-locale.c" })
    try withFolder { folder in
      let library = try plugin.build(in: folder)
      let result = try Host.run(["validate", library, "--only", "binary.locale"])
      #expect(result.status == 1)
      #expect(
        result.output.hasPrefix("FAIL  binary.locale  it changed the locale to C.UTF-8\n"))
      #expect(result.output.contains("expected: it leaves the locale as it was\n"))
      #expect(result.output.contains("to do: Use newlocale and uselocale"))
      #expect(
        result.output.contains(
          "again: icl-host validate \(library) --only binary.locale --seed 1\n"))
    }
  }

  @Test(arguments: [
    (["validate"], 64, "Name a plugin, or give --list to see the checks."),
    (["validate", "./nowhere.so"], 66, "./nowhere.so: there is no such file."),
    (
      ["validate", "rigde"], 66,
      "there is no plugin or component of this name.\n  Did you mean 'ridge'?"
    ),
    (
      ["validate", "ridge", "--only", "nothing.*"], 64,
      "--only: no check is named like 'nothing.*'."
    ),
    (["validate", "ridge", "--limit", "0"], 64, "--limit: expected up to 3600 seconds"),
  ])
  func mistakesAreExplained(_ arguments: [String], _ status: Int, _ words: String) throws {
    let result = try Host.run(arguments)
    #expect(result.status == Int32(status))
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test func aFileThatIsNoLibraryFailsOneCheck() throws {
    try withFolder { folder in
      let file = folder.appending(path: "text.so")
      try Data("not a library".utf8).write(to: file)
      let report = try Host.validate(file.path)
      #expect(report.failing.map(\.id) == ["binary.elf"])
      #expect(report.passed == 0)
    }
  }
}
