import Foundation
import Testing

/// A second opinion on the layout, by libabigail.
@Suite(
  .enabled(
    if: Tool.isInstalled("abidiff"), "abidiff is not installed; it comes with abigail-tools"))
struct BinaryInterfaceTests {
  @Test func isTheCommittedOne() throws {
    let header = try Header.current()
    let snapshot = try Snapshot(header)
    let version = try #require(snapshot.version)
    let file = Snapshot.folder.appendingPathComponent("\(version.major).\(version.minor).abi")
    #expect(try BinaryInterface(snapshot).difference(from: file, to: header) == [])
  }

  @Test func onlyGrewSinceEveryRelease() throws {
    let header = try Header.current()
    let interface = try BinaryInterface(Snapshot(header))
    for (name, _) in try Snapshot.committed() {
      let file = Snapshot.folder.appendingPathComponent("\(name).abi")
      let report = try interface.difference(from: file, to: header)
      #expect(BinaryInterface.violations(in: report) == [], "since \(name)")
    }
  }

  @Test(arguments: Mutation.all.filter(\.isSeenByLibabigail))
  func refusesAndAccepts(mutation: Mutation) throws {
    let header = try Header.current()
    let changed = try mutation.apply(header)
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("before.abi")
      try BinaryInterface(Snapshot(header)).write(header, to: file)
      let report = try BinaryInterface(Snapshot(changed)).difference(from: file, to: changed)
      let violations = BinaryInterface.violations(in: report)
      #expect(!report.isEmpty)
      #expect(violations.isEmpty == mutation.isGrowth, "\(violations)")
    }
  }
}
