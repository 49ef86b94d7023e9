import Foundation
import Testing

/// The plugin that opens icl.h builds without a warning and is a well-formed plugin.
@Suite struct ExampleTests {
  static let strict = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic"]

  @Test func builtByGCC() throws {
    try check(try #require(Tool("gcc"), "gcc is needed to hold the header to what C is"))
  }

  @Test(.enabled(if: Tool.isInstalled("clang"), "clang is not installed"))
  func builtByClang() throws {
    try check(try #require(Tool("clang")))
  }

  func check(_ compiler: Tool) throws {
    try withTemporaryFolder { folder in
      let header = try Header.current()
      let include = try header.write(into: folder)
      let source = folder.appendingPathComponent("tiny.c").path
      let library = folder.appendingPathComponent("tiny.so").path
      try header.example().write(toFile: source, atomically: true, encoding: .utf8)
      try compiler.demand(
        Self.strict + ["-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-I", include, source]
          + ["-o", library])

      let symbols = try #require(Tool("nm"), "nm is needed").demand(
        ["-D", "--defined-only", "--format=just-symbols", library])
      // Some linkers mark the ends of sections by themselves.
      let ends: Set<Substring> = ["__bss_start", "_edata", "_end"]
      let exported = symbols.split(separator: "\n").filter { !ends.contains($0) }
      #expect(exported == ["icl_plugin_v1"])

      // malloc and free; nothing of the host.
      let needed = try #require(Tool("nm")).demand(
        ["-D", "--undefined-only", "--format=just-symbols", library])
      #expect(!needed.contains("icl_"), "undefined: \(needed)")

      let note = try #require(Tool("readelf"), "readelf is needed").demand(["-nW", library])
      let words = note.split(whereSeparator: \.isWhitespace)
      let owner = try #require(words.firstIndex(of: "ICL"), "no ICL note in:\n\(note)")
      #expect(words[owner + 1] == "0x00000008")
      let data = try #require(note.components(separatedBy: "description data: ").last)
      let bytes = data.split(whereSeparator: \.isWhitespace).prefix(8).map(String.init)
      let version = try #require(try Snapshot(header).version)
      #expect(bytes == littleEndian(version.major) + littleEndian(version.minor))
    }
  }

  func littleEndian(_ value: UInt32) -> [String] {
    withUnsafeBytes(of: value.littleEndian) { bytes in
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    }
  }
}
