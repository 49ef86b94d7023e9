import ICLKit

/// Derivatives for every prompt, and what a metric is told of the run.
struct Slopes: DeclaringMetric {
  static let id = "slopes"
  static let summary = "derivatives of a named value with respect to x"
  static let needs: MetricNeeds = [.start]

  func declare(_ graph: Graph, _ task: Signature) throws -> [(name: String, value: Tensor)] {
    let x = graph.input("x")
    return [
      ("slope", graph.gradient(of: graph.input("inner.square"), for: x)),
      ("none", graph.gradient(of: graph.input("y"), for: x)),
    ]
  }

  func begin(_ task: Signature) throws -> any Accumulator { Told() }
}

private final class Told: Accumulator {
  private var lines: [(name: String, values: [Double])] = []
  private var sum = 0.0

  func observe(_ snapshot: Snapshot) throws {
    lines.append(("time", [Double(snapshot.step), Double(snapshot.steps)]))
    for parameter in snapshot.parameters {
      let start = snapshot.start(parameter.name)?.values ?? []
      lines.append((parameter.name, zip(parameter.values, start).map { $0 - $1 }))
    }
    lines.append(("heads", [snapshot.setting("model", "heads")?.value ?? -1]))
    lines.append(("missing", [snapshot.setting("model", "head")?.value ?? -1]))
  }

  func accumulate(_ chunk: Chunk) throws { sum += chunk.declared("slope")!.reduce(0, +) }

  func finish(_ report: Report) throws {
    report.scalar("slope", sum)
    for (name, values) in lines {
      report.table(name, values, [1, values.count], axes: ["row", "column"])
    }
  }
}
