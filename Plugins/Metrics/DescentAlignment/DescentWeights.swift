import Glibc
import ICLKit

/// The weights of `gd-ssm` over interleaved tokens, beside those that are a step of descent.
///
/// Only the product E = w_q[0,1] d[2] C is identified, and is near -(η*/N) I. Reported times N.
struct DescentWeights: Metric {
  static let id = "descent-weights"
  static let summary = "the identified product of gd-ssm's weights, its window, gates and query"
  static let needs: MetricNeeds = [.parameters]

  func begin(_ task: Signature) -> any Accumulator { Weights(task) }
}

private final class Weights: Accumulator {
  private let task: Signature
  private var parameters: [String: Snapshot.Parameter] = [:]

  init(_ task: Signature) { self.task = task }

  func observe(_ snapshot: Snapshot) throws {
    for name in ["gating", "query", "readout", "decay", "log-step"] {
      guard let parameter = snapshot.parameter(name) else {
        throw KitError(
          "the model has no parameter \(name); gd-ssm with layout=interleaved has", path: name,
          code: .unsupported)
      }
      parameters[name] = parameter
    }
    // Other models have parameters of these names, too.
    guard let readout = parameters["readout"], readout.shape.count == 3,
      let width = readout.shape.last, readout.shape[1] == width, width >= task.outputDimension,
      parameters["gating"]!.values.count >= 9, parameters["query"]!.values.count >= 3,
      parameters["decay"]!.values.count >= width * width,
      parameters["log-step"]!.values.count >= width
    else {
      throw KitError(
        "the parameters have not the shapes of gd-ssm with layout=interleaved",
        path: "readout", code: .unsupported)
    }
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) {
    guard let gating = parameters["gating"]?.values, let query = parameters["query"]?.values,
      let readout = parameters["readout"], let decay = parameters["decay"],
      let steps = parameters["log-step"]
    else { return }
    let width = readout.shape[1]
    let factor = Double(task.contextLength) * gating[1] * query[2]
    let product = readout.values[..<(width * width)].map { factor * $0 }
    let diagonal = (0..<width).map { product[$0 * (width + 1)] }
    let labels = task.outputDimension
    // Tokens of labels are zero before their last entries, so other rows say nothing.
    let rows = width - labels..<width
    var (square, count) = (0.0, 0.0)
    for row in rows {
      for column in rows where column != row {
        square += product[row * width + column] * product[row * width + column]
        count += 1
      }
    }
    report.table("product", product, [width, width], axes: ["row", "column"])
    report.vector(
      "identified", rows.map { diagonal[$0] }, axis: "output", firstIndex: 0)
    report.scalar("off-diagonal", count > 0 ? (square / count).squareRoot() : 0)
    let others = gating[..<9].indices.filter { $0 != 1 }.map { gating[$0].magnitude }
    report.scalar(
      "window-impurity", (others.max() ?? 0) / max(gating[1].magnitude, 1e-300))
    report.table(
      "window", gating[..<9].map(\.magnitude), [3, 3], axes: ["row", "column"])
    report.vector("query", query.map(\.magnitude), axis: "row", firstIndex: 0)
    let gates = (0..<width * width).map {
      exp(decay.values[$0] * exp(steps.values[$0 % width]))
    }
    report.table("gates", gates, [width, width], axes: ["row", "column"])
    report.vector(
      "mean-gates",
      (0..<width).map { row in
        gates[row * width..<row * width + width].reduce(0, +) / Double(width)
      }, axis: "row", firstIndex: 0)
    // A gate counts where its column is read: the columns of labels.
    let read = gates.indices.filter { rows.contains($0 % width) }.map { gates[$0] }
    report.scalar("least-gate", read.min() ?? 1)
    report.scalar("largest-gate", read.max() ?? 1)
    if let best = task.properties["input-variance"],
      let kurtosis = task.properties["input-kurtosis"]
    {
      let n = Double(task.contextLength)
      report.scalar(
        "theory.identified", -n / (best * (n + Double(task.inputDimension) + kurtosis - 2)))
    }
  }
}
