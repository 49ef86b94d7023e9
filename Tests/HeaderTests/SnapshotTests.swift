import Foundation
import Testing

/// Registry/abi says what the header is, and the header only grows.
@Suite struct SnapshotTests {
  @Test func isTheCommittedOne() throws {
    let snapshot = try Snapshot(Header.current())
    let version = try #require(snapshot.version)
    let name = "\(version.major).\(version.minor)"
    let file = Snapshot.folder.appendingPathComponent("\(name).json")
    let committed = try String(contentsOf: file, encoding: .utf8)
    #expect(
      try snapshot.text() == committed,
      """
      icl.h is not what Registry/abi/\(name).json says. If \(name) is released, raise \
      ICL_ABI_MINOR. Then run Registry/abi/regenerate and read the diff.
      """)
    // The text that people read is also what the checks read.
    #expect(try Snapshot.read(file) == snapshot)
  }

  @Test func onlyGrewSinceEveryRelease() throws {
    let now = try Snapshot(Header.current())
    let releases = try Snapshot.committed()
    #expect(!releases.isEmpty)
    for (name, release) in releases where release.version?.major == now.version?.major {
      #expect(Growth.violations(from: release, to: now) == [], "since \(name)")
    }
    for (older, newer) in zip(releases, releases.dropFirst())
    where older.snapshot.version?.major == newer.snapshot.version?.major {
      #expect(
        Growth.violations(from: older.snapshot, to: newer.snapshot) == [],
        "\(older.name) to \(newer.name)")
    }
  }

  /// No padding anywhere, so that a size says which fields are there, and no byte is undefined.
  @Test func hasNoHoles() throws {
    for entry in try Snapshot(Header.current()).structs {
      var end = 0
      for field in entry.fields {
        #expect(field.offset == end, "\(entry.name): a hole before \(field.name)")
        end = field.end
      }
      #expect(entry.size == end, "\(entry.name): padding at its end")
    }
  }

  @Test func everyStructSaysItsSize() throws {
    let unsized = try Snapshot(Header.current()).structs.filter { !$0.isSized }.map(\.name)
    // The header marks these "Never grows"; the note's layout is that of ELF.
    #expect(
      unsized == [
        "icl_property", "icl_named_values", "icl_tensor", "icl_setting", "icl_note",
      ])
  }

  @Test func everySizeIsAssertedInTheHeader() throws {
    let header = try Header.current()
    for entry in try Snapshot(header).structs {
      #expect(header.text.contains("\nICL_ASSERT_SIZE(\(entry.name), \(entry.size));"))
    }
  }

  /// Registry/abi/regenerate calls this; see Registry/abi/README.md.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["ICL_REGENERATE_ABI"] == "1",
      "Registry/abi/regenerate runs this"))
  func regenerate() throws {
    let header = try Header.current()
    let snapshot = try Snapshot(header)
    let version = try #require(snapshot.version)
    let name = "\(version.major).\(version.minor)"
    let released = try String(
      contentsOf: Snapshot.folder.appendingPathComponent("released"), encoding: .utf8)
    try #require(
      !released.split(separator: "\n").contains(Substring(name)),
      "\(name) is released and stays as it is: raise ICL_ABI_MINOR in icl.h")
    try header.text.write(
      to: Snapshot.folder.appendingPathComponent("\(name).h"), atomically: true, encoding: .utf8)
    try snapshot.text().write(
      to: Snapshot.folder.appendingPathComponent("\(name).json"), atomically: true, encoding: .utf8)
    try BinaryInterface(snapshot).write(
      header, to: Snapshot.folder.appendingPathComponent("\(name).abi"))
  }
}
