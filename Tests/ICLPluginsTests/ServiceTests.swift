import Foundation
import ICLPlugins
import Synchronization
import Testing

/// The services of the host: each test has its own. They run one after another, for one measures the
/// memory of the process.
@Suite(.serialized) struct ServiceTests {
  private final class Heard: Sendable {
    let lines = Mutex<[String]>([])
  }

  @Test(arguments: [1, 3]) func aPluginUsesThemAll(_ threads: Int) throws {
    let heard = Heard()
    let services = HostServices()
    services.setThreads(threads)
    services.setLog { level, text in heard.lines.withLock { $0.append("\(level): \(text)") } }
    services.setProgress { part, what in heard.lines.withLock { $0.append("\(part) \(what)") } }
    try Isolated.$services.withValue(services) {
      _ = try Components().component("services").makeMetric(services: services)
    }
    #expect(
      heard.lines.withLock { $0 } == [
        "info: services are here", "0.5 half",
        "warning: a plugin released memory that is not the arena's",
      ])
  }

  @Test func aPluginInAWorkerUsesThemAll() throws {
    try Isolated.$isOn.withValue(true) {
      try aPluginUsesThemAll(2)
      try aPluginThatStopsWhenAskedIsCancelled()
    }
  }

  /// What an instance took of the arena goes with it: 32 instances of 64 MiB, one after another,
  /// never hold 2 GiB.
  @Test func theArenaIsEmptiedWithItsInstance() throws {
    let workshop = try Workshop()
    let library = try load(path: try workshop.build(fixture: "hoarder.c"))
    let component = try #require(library.components.first)
    let before = try residentBytes()
    for _ in 0..<32 { _ = try component.makeModel() }
    #expect(try residentBytes() - before < 512 << 20)
    // Held, they do: the measure sees it.
    let held = try (0..<10).map { _ in try component.makeModel() }
    #expect(try residentBytes() - before > 512 << 20)
    withExtendedLifetime(held) {}
  }

  private func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(Int(text.split(separator: " ")[1]))
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  @Test func aPluginThatStopsWhenAskedIsCancelled() throws {
    let services = HostServices()
    let component = try Isolated.$services.withValue(services) {
      try Components().component("services")
    }
    services.cancel()
    #expect(refusal { _ = try component.makeMetric(services: services) }?.code == .cancelled)
    services.clearCancel()
    _ = try component.makeMetric(services: services)
    #expect(!HostServices.shared.cancelled, "those of others were not asked")
  }
}
