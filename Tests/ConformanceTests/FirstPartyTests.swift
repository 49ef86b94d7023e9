import Foundation
import Testing

/// Every plugin that comes along passes.
@Suite(.serialized) struct FirstPartyTests {
  static let plugins: [String] = {
    let package = Host.root.appending(path: "Package.swift")
    let text = (try? String(contentsOf: package, encoding: .utf8)) ?? ""
    let table = text.components(separatedBy: "\n]")[0]
    return table.components(separatedBy: "name: \"").dropFirst().map {
      $0.components(separatedBy: "\"")[0]
    }
  }()

  @Test func allAreThere() { #expect(Self.plugins.count >= 34) }

  @Test(arguments: plugins)
  func passes(_ name: String) throws {
    let library = Host.products.appending(path: "lib\(name).so").path
    let report = try Host.validate(library)
    #expect(report.checks.count >= 60)
    #expect(report.failing.map { "\($0.id): \($0.detail)" } == [])
    #expect(report.passed >= 40, "most checks apply")
  }
}
