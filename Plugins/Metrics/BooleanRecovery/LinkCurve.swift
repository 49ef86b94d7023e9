import ICLKit

/// The link function of `softmax-mixer` and its derivative, as they are in the model's graph.
///
/// Reads prompts on which the first label's `mixed` value z is one of the points.
struct LinkCurve: DeclaringMetric {
  static let id = "link-curve"
  static let summary = "values and slopes of the link function at given points"
  static let needs: MetricNeeds = []

  @Option("the points z", -1...1) var points: [Double] = [-1, -0.5, 0, 0.5, 1]

  func declare(_ graph: Graph, _ task: Signature) -> [(name: String, value: Tensor)] {
    let (z, value) = (graph.input("mixed"), graph.input("prediction"))
    return [("z", z), ("value", value), ("slope", graph.gradient(of: value, for: z))]
  }

  func begin(_ task: Signature) -> any Accumulator { LinkPoints(task, points) }
}

private final class LinkPoints: Accumulator {
  private let labels: Int
  private let points: [Double]
  private var found: [(value: Double, slope: Double)?]

  init(_ task: Signature, _ points: [Double]) {
    labels = task.outputDimension
    self.points = points
    found = points.map { _ in nil }
  }

  func accumulate(_ chunk: Chunk) throws {
    guard let z = chunk.declared("z"), let value = chunk.declared("value"),
      let slope = chunk.declared("slope")
    else { throw KitError("the host passed no values of the link", path: "mixed", code: .failed) }
    for prompt in 0..<chunk.count {
      for (place, point) in points.enumerated()
      where found[place] == nil && (z[prompt * labels] - point).magnitude < 1e-12 {
        found[place] = (value[prompt * labels], slope[prompt * labels])
      }
    }
  }

  func finish(_ report: Report) throws {
    if let missing = points.indices.first(where: { found[$0] == nil }) {
      throw KitError("no prompt has z = \(points[missing])", path: "points")
    }
    report.vector("value", found.map { $0!.value }, axis: "point", firstIndex: 1)
    report.vector("slope", found.map { $0!.slope }, axis: "point", firstIndex: 1)
  }
}
