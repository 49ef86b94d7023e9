import ICLPlugins
import Synchronization
import Testing

/// The services of the host. They are one for the process, so these tests run one after another.
@Suite(.serialized) struct ServiceTests {
  private final class Heard: Sendable {
    let lines = Mutex<[String]>([])
  }

  @Test(arguments: [1, 3]) func aPluginUsesThemAll(_ threads: Int) throws {
    let components = try Components()
    let heard = Heard()
    HostServices.setThreads(threads)
    HostServices.setLog { level, text in heard.lines.withLock { $0.append("\(level): \(text)") } }
    HostServices.setProgress { part, what in
      heard.lines.withLock { $0.append("\(part) \(what)") }
    }
    _ = try components.component("services").makeMetric()
    #expect(
      heard.lines.withLock { $0 } == [
        "info: services are here", "0.5 half",
        "warning: a plugin released memory that is not the arena's",
      ])
  }

  @Test func aPluginThatStopsWhenAskedIsCancelled() throws {
    let components = try Components()
    let component = try components.component("services")
    HostServices.cancel()
    let error = refusal { _ = try component.makeMetric() }
    HostServices.clearCancel()
    #expect(error?.code == .cancelled)
  }
}
