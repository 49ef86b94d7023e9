import CICLBackend
import ICLGraph

/// Where the time of some runs went, node by node; on one thread.
public struct Profile: Sendable {
  /// The instructions of one node that run at one place: once a run, or for every tile.
  public struct Entry: Sendable {
    /// The node's name, or the nearest named value that it reads; empty if there is none.
    public var name: String
    /// "einsum ab,bc->ac", "multiply"
    public var operation: String
    /// "[8, 5] [5] -> [8]"
    public var shapes: String
    public var isPerTile: Bool
    /// Instructions run.
    public var calls: Int
    public var nanoseconds: Double
    /// Of all prompts of all runs; 0 where none were counted.
    public var flops: Double
  }
  /// One instruction, at one time.
  public struct Event: Sendable {
    /// Place among the entries.
    public var entry: Int
    /// Since the profile began.
    public var start: Double
    public var duration: Double
  }

  /// The slowest first.
  public var entries: [Entry]
  public var events: [Event]
  public var runs: Int
  /// Of all runs together: instructions, and what the host does between them, without the clock.
  public var nanoseconds: Double

  /// What the host does itself: it loads inputs, clears and adds up accumulators, stores results.
  public var betweenInstructions: Double {
    max(0, nanoseconds - entries.reduce(0) { $0 + $1.nanoseconds })
  }
}

extension Program {
  /// Runs batches on one thread and measures every instruction.
  ///
  /// - Parameter eventLimit: the most single instructions to keep, of the first batch.
  public func profile(_ batches: [Batch], eventLimit: Int = 0) throws -> Profile {
    let profiler = Profiler(eventLimit: eventLimit, backend: backend)
    defer { self.profiler = nil }
    var total = 0.0
    var prompts = 0
    for (index, batch) in batches.enumerated() {
      self.profiler = profiler
      profiler.keepsEvents = index == 0
      let start = profiler.elapsed
      try run(batch)
      total += profiler.elapsed - start
      self.profiler = nil
      prompts += batch.count
    }
    return profile(of: profiler, runs: batches.count, prompts: prompts, total)
  }

  private func profile(
    of profiler: Profiler, runs: Int, prompts: Int, _ total: Double
  ) -> Profile {
    struct Key: Hashable {
      var list: Int
      var node: NodeID?
    }
    let tileLists = Set(compiled.phases.map { ObjectIdentifier($0.tile) })
    let labels = NodeLabels(graph)
    var entries: [Key: Profile.Entry] = [:]
    for (place, measured) in profiler.lists.enumerated() {
      let isPerTile = tileLists.contains(ObjectIdentifier(measured.list))
      for (index, times) in measured.times.enumerated() {
        let node = measured.list.origins[index]
        let key = Key(list: place, node: node)
        var entry =
          entries[key]
          ?? Profile.Entry(
            name: node.map(labels.name) ?? "", operation: node.map(labels.operation) ?? "copy",
            shapes: node.map(labels.shapes) ?? "", isPerTile: isPerTile, calls: 0, nanoseconds: 0,
            flops: isPerTile
              ? (node.flatMap { compiled.flopsByNode[$0] } ?? 0) * Double(prompts) : 0)
        entry.calls += times.calls
        entry.nanoseconds += times.total
        entries[key] = entry
      }
    }
    let sorted = entries.sorted { $0.value.nanoseconds > $1.value.nanoseconds }
    let order = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1.key, $0) })
    let events = profiler.events.map { event in
      let node = profiler.lists[event.list].list.origins[event.instruction]
      return Profile.Event(
        entry: order[Key(list: event.list, node: node)]!, start: event.start,
        duration: event.duration)
    }
    let calls = sorted.reduce(0) { $0 + $1.value.calls }
    return Profile(
      entries: sorted.map(\.value), events: events, runs: runs,
      nanoseconds: max(0, total - Double(calls) * profiler.overhead))
  }
}
