import ICLTraining
import ICLEngine

/// A profile as two tables: by kind of operation, and the slowest nodes.
enum ProfileText {
  static let shown = 40

  static func text(_ profile: RunProfile) -> String {
    let runs = Double(profile.steps)
    let milliseconds = { (nanoseconds: Double) in
      NumberText.fixed(nanoseconds / runs / 1e6, 4)
    }
    let all = profile.graph.nanoseconds
    let percent = { (nanoseconds: Double) in
      NumberText.fixed(100 * nanoseconds / max(all, 1), 1)
    }

    var kinds: [String: (nanoseconds: Double, calls: Int)] = [:]
    for entry in profile.graph.entries {
      let kind = String(entry.operation.prefix { $0 != " " })
      kinds[kind, default: (0, 0)].nanoseconds += entry.nanoseconds
      kinds[kind, default: (0, 0)].calls += entry.calls
    }
    var first = TextTable([
      ("operation", .left), ("ms/step", .right), ("%", .right), ("calls/step", .right),
    ])
    for (kind, sum) in kinds.sorted(by: { $0.value.nanoseconds > $1.value.nanoseconds }) {
      first.add([
        kind, milliseconds(sum.nanoseconds), percent(sum.nanoseconds),
        NumberText.count(sum.calls / profile.steps),
      ])
    }
    let between = profile.graph.betweenInstructions
    first.add(["(between)", milliseconds(between), percent(between), ""])

    var second = TextTable([
      ("ms/step", .right), ("%", .right), ("calls/step", .right), ("GF/s", .right),
      ("runs", .left), ("operation", .left), ("shapes", .left), ("node", .left),
    ])
    for entry in profile.graph.entries.prefix(shown) {
      let rate = entry.nanoseconds > 0 ? entry.flops / entry.nanoseconds : 0
      second.add([
        milliseconds(entry.nanoseconds), percent(entry.nanoseconds),
        NumberText.count(entry.calls / profile.steps),
        rate > 0 ? NumberText.fixed(rate, 1) : "-", entry.isPerTile ? "each tile" : "once",
        entry.operation, entry.shapes, entry.name,
      ])
    }
    let hidden = profile.graph.entries.count - shown
    return """
      \(first.text)

      \(second.text)\(hidden > 0 ? "\nand \(hidden) more nodes" : "")

      \(profile.steps) steps on one thread. A step takes \
      \(NumberText.fixed(profile.unmeasured * 1e3, 4)) ms unmeasured, of which \
      \(NumberText.fixed(profile.optimizer * 1e3, 4)) ms are beside the graph (optimizer, checks); \
      the graph takes \(milliseconds(all)) ms measured.
      (between): loading inputs, clearing and adding up sums over prompts, storing results.
      """
  }
}
