import Foundation
import ICLTraining
import Testing

@Suite struct ProfileTests {
  private static let settings = ["run.batch=40", "run.steps=5", "run.threads=3"]

  @Test func timesAddUpAndNodesHaveNames() throws {
    let profile = try Benchmark.run(Self.settings).profile(tracing: false)
    let entries = profile.graph.entries
    #expect(profile.graph.runs == profile.steps && profile.steps >= 3)
    #expect(entries.contains { $0.name == "prediction" || $0.name == "of prediction" })
    #expect(entries.contains { $0.operation == "normal ridge.x" && $0.shapes == "-> [4, 2]" })
    let inside = entries.reduce(0) { $0 + $1.nanoseconds }
    #expect(inside > 0)
    #expect(abs(inside + profile.graph.betweenInstructions - profile.graph.nanoseconds) < 1)
    #expect(entries.map(\.nanoseconds) == entries.map(\.nanoseconds).sorted(by: >))
    // 40 prompts are three tiles of 16 lanes.
    let draw = try #require(entries.first { $0.operation == "normal ridge.w" })
    #expect(draw.calls == 3 * profile.steps && draw.isPerTile)
    #expect(profile.graph.events.isEmpty)
  }

  /// All operations belong to some node.
  @Test func operationsAreCountedByNode() throws {
    let run = try Benchmark.run(Self.settings)
    let profile = try run.profile(tracing: false)
    let counted = profile.graph.entries.reduce(0) { $0 + $1.flops }
    let cost = try run.cost()
    #expect(abs(counted / (cost.flops * Double(profile.steps)) - 1) < 1e-9)
  }

  @Test func theTraceIsOneStep() throws {
    let profile = try Benchmark.run(Self.settings).profile(tracing: true)
    let path = Benchmark.file("trace.json")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try profile.writeTrace(to: path)
    let data = try Data(contentsOf: URL(filePath: path))
    let document = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let events = try #require(document["traceEvents"] as? [[String: Any]])
    let calls = profile.graph.entries.reduce(0) { $0 + $1.calls }
    #expect(events.count * profile.steps == calls)
    var last = -1.0
    for event in events {
      #expect(event["ph"] as? String == "X")
      let start = try #require(event["ts"] as? Double)
      #expect(start >= last)
      last = start
    }
  }

  /// Being measured does not change what is computed.
  @Test func profilesComputeTheSame() throws {
    let run = try Benchmark.run(Self.settings)
    _ = try run.profile(tracing: false)
    let plain = try Benchmark.losses(Self.settings)
    var after: [Double] = []
    _ = try run.execute { if case .training(let progress) = $0 { after.append(progress.loss) } }
    #expect(plain == after)
  }
}
