import ICLKit
import ImplicitRegression

/// Step sizes and preconditioners as weights say them, for sums that are not divided by n.
///
/// Full matrices are those of the first head, in the gauge of `CommonDirections`.
struct LayerWeightsMetric: Metric {
  static let id = "layer-weights"
  static let summary = "ω of every layer; matrices in a fixed gauge, and what is not diagonal"
  static let needs: MetricNeeds = [.parameters]

  func begin(_ task: Signature) -> any Accumulator { Reading(task) }
}

private final class Reading: Accumulator {
  private let task: Signature
  private var weights: TransformerWeights?

  init(_ task: Signature) { self.task = task }

  func observe(_ snapshot: Snapshot) throws {
    weights = try TransformerWeights(snapshot, task)
  }

  func accumulate(_ chunk: Chunk) {}

  func finish(_ report: Report) throws {
    guard let layers = weights?.layers else {
      throw KitError("the host did not say where the run stands", code: .unsupported)
    }
    let omegas = layers.compactMap(\.omega)
    if omegas.count == layers.count {
      for (index, name) in ["xx", "xy", "yx", "yy"].enumerated() {
        report.vector("omega-\(name)", omegas.map { $0[index] }, axis: "layer", firstIndex: 1)
      }
      // 0 for one head, whose ω is an outer product.
      let defects = omegas.map { abs($0[0] * $0[3] - $0[1] * $0[2]) }
      report.vector("head-defect", defects, axis: "layer", firstIndex: 1)
      return
    }
    let width = task.inputDimension + 1
    var (left, right): ([Double], [Double]) = ([], [])
    var cross: [String: [Double]] = [:]
    for (p, q) in CommonDirections(layers.map { $0.layer.heads[0] }).layers {
      left += p.values
      right += q.values
      for (name, matrix) in [("P", p), ("Q", q)] {
        let structure = Self.structure(matrix).merging(CommonDirections.shares(matrix)) { $1 }
        for (key, value) in structure {
          cross["\(name)-\(key)", default: []].append(value)
        }
      }
    }
    let shape = [layers.count, width, width]
    report.table("P", left, shape, axes: ["layer", "row", "column"])
    report.table("Q", right, shape, axes: ["layer", "row", "column"])
    for (name, values) in cross.sorted(by: { $0.key < $1.key }) {
      report.vector(name, values, axis: "layer", firstIndex: 1)
    }
  }

  /// The mean diagonal of the x block; the norms of x←y and y←x; and of what the x block has besides
  /// a multiple of the identity: its largest singular value, and its share of the whole rest.
  private static func structure(_ matrix: Matrix) -> [String: Double] {
    let d = matrix.rows - 1
    let mean = matrix.block(0..<d, 0..<d).trace / Double(d)
    let rest = CommonDirections.rest(matrix)
    let values = rest.singularValues
    let total = rest.norm
    return [
      "diagonal": mean, "label": matrix[d, d],
      "x-from-y": matrix.block(0..<d, d..<d + 1).norm,
      "y-from-x": matrix.block(d..<d + 1, 0..<d).norm, "rest": total, "rest-top": values[0],
      "rest-rank-one": total > 0 ? values[0] * values[0] / (total * total) : 0,
    ]
  }
}
