import Foundation
import Testing

/// Every plugin that comes along passes.
@Suite(.serialized) struct FirstPartyTests {
  struct Plugin: Hashable, CustomTestStringConvertible, Sendable {
    let name: String
    /// "Models/Mamba"
    let folder: String
    var testDescription: String { name }
  }

  /// The table of Package.swift.
  static let plugins: [Plugin] = {
    let package = Host.root.appending(path: "Package.swift")
    let text = (try? String(contentsOf: package, encoding: .utf8)) ?? ""
    guard let start = text.range(of: "\nlet plugins = [") else { return [] }
    let table = text[start.upperBound...].components(separatedBy: "\n]")[0]
    return table.components(separatedBy: "Plugin(").dropFirst().map { entry in
      func value(_ key: String) -> String {
        let parts = entry.components(separatedBy: "\(key): \"")
        return parts.count > 1 ? parts[1].components(separatedBy: "\"")[0] : ""
      }
      return Plugin(name: value("name"), folder: "\(value("group"))/\(value("target"))")
    }
  }()

  /// Metrics that need more than one option changed, or prompts of their own.
  private static let alone: Set<String> = ["metric 'link-curve'", "metric 'copying'"]

  /// What has a folder is in the table, and so is tried.
  @Test func noneIsLeftOut() throws {
    let plugins = Host.root.appending(path: "Plugins")
    let folders = try ["Models", "Tasks", "Metrics", "Optimizers"].flatMap { group in
      try FileManager.default.contentsOfDirectory(
        atPath: plugins.appending(path: group).path
      ).filter { !$0.contains(".") }.map { "\(group)/\($0)" }
    }
    #expect(Set(folders) == Set(Self.plugins.map(\.folder)))
    #expect(Set(Self.plugins.map(\.name)).count == folders.count)
  }

  /// What users run by hand does the same plugins.
  @Test func makeConformanceTriesTheSame() throws {
    let result = try Host.run(
      URL(filePath: "/usr/bin/env"),
      ["make", "-n", "-C", Host.root.path, "-o", ".build/release.stamp", "conformance"])
    let names = Self.plugins.map(\.name).joined(separator: " ")
    #expect(result.output.contains("for name in \(names); do"), "\(result.output)")
  }

  @Test(arguments: plugins)
  func passes(_ plugin: Plugin) throws {
    let library = Host.products.appending(path: "lib\(plugin.name).so").path
    let report = try Host.validate(library)
    #expect(report.checks.count >= 60)
    #expect(report.failing.map { "\($0.id): \($0.detail)" } == [])
    #expect(report.passed >= 50, "most checks apply")
    #expect(report.applicable == report.passed)
    let run = try #require(report.checks.first { $0.id == "faults.run" })
    #expect(run.status == "passed", "it was tried: \(run.detail)")
    let alone = run.detail.components(separatedBy: "not tried, for nothing suits it: ")
    let untried = alone.count > 1 ? alone[1].components(separatedBy: ", ") : []
    #expect(Set(untried).isSubset(of: Self.alone), "\(run.detail)")
  }
}
