import ICLEngine
import ICLPlugins
import ICLRecords

/// Where the time of a run's steps goes.
public struct RunProfile: Sendable {
  public var steps: Int
  /// Of the graph: data, model, loss, gradients.
  public var graph: Profile
  /// Seconds of each step as it runs unmeasured, on one thread: what measuring adds shows beside it.
  public var unmeasured: Double
  /// Seconds a step for everything beside the graph: the optimizer, checks.
  public var optimizer: Double
}

extension ResolvedRun {
  /// Runs steps for about a second, and again with every instruction measured.
  ///
  /// - Parameter tracing: keeps single instructions for a trace.
  public func profile(tracing: Bool) throws(Failure) -> RunProfile {
    let work = try batchWork()
    let limit = tracing ? RunProfile.eventLimit : 0
    return try failing {
      _ = try work.step(0)
      let clock = { Clock.wall }
      let estimate = -clock() + (try work.step(1), clock()).1
      let steps = max(3, min(1000, Int(1 / max(estimate, 1e-6))))
      var (whole, graph) = (0.0, 0.0)
      for step in 0..<steps {
        let start = clock()
        _ = try work.step(2 + step)
        whole += clock() - start
        let batch = try work.batch(2 + step)
        let again = clock()
        try work.program.run(batch)
        graph += clock() - again
      }
      let batches = try (0..<steps).map { try work.batch(2 + steps + $0) }
      let profile = try work.program.profile(batches, eventLimit: limit)
      return RunProfile(
        steps: steps, graph: profile, unmeasured: whole / Double(steps),
        optimizer: max(0, whole - graph) / Double(steps))
    }
  }
}

extension RunProfile {
  static let eventLimit = 100_000

  /// The first measured instructions in the Trace Event Format of Chrome, which Perfetto opens.
  public func writeTrace(to path: String) throws(Failure) {
    let events: [JSON] = graph.events.map { event in
      let entry = graph.entries[event.entry]
      let name = entry.name.isEmpty ? entry.operation : "\(entry.operation) \(entry.name)"
      return [
        "name": .text(name), "ph": "X", "pid": 1, "tid": 1,
        "ts": .real(event.start / 1e3), "dur": .real(event.duration / 1e3),
        "cat": entry.isPerTile ? "tile" : "once",
        "args": ["shapes": .text(entry.shapes)],
      ]
    }
    let document: JSON = ["displayTimeUnit": "ns", "traceEvents": .array(events)]
    try failing { try document.write(to: path) }
  }
}
