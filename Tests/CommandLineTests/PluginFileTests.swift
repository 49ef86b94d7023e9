import Foundation
import Testing

/// What the plugins are as files.
@Suite struct PluginFileTests {
  @Test(arguments: ManifestTests.plugins)
  func oneSymbolAndLittleElse(plugin: String) throws {
    let library = Host.products.appending(path: "lib\(plugin).so").resolvingSymlinksInPath()
    let answer = try Host.run(
      program: URL(filePath: "/usr/bin/env"), ["nm", "-D", "--defined-only", library.path])
    let symbols = answer.output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
    #expect(symbols == ["icl_plugin_v1"])
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: library.path)[.size] as? Int)
    #expect(size < 1 << 20)
  }
}
