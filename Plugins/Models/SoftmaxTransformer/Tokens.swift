import ICLKit

enum Tokens {
  /// x_0, y_0, x_1, y_1, …, x_N as tokens (0, x_j) and (y_j, 0), labels in front: [2 N + 1, O + D].
  static func interleaved(_ graph: Graph, _ task: Signature) -> Tensor {
    let n = task.contextLength
    let width = task.inputDimension + task.outputDimension
    let x = graph.input("x").padded(axis: -1, before: task.outputDimension)
    guard n > 0 else { return x }
    let y = graph.input("y").padded(axis: -1, after: task.inputDimension)
    let pairs = concatenate(
      [x[0..<n].reshaped([n, 1, width]), y.reshaped([n, 1, width])], axis: 1)
    return concatenate([pairs.reshaped([2 * n, width]), x[n..<n + 1]], axis: 0)
  }

  /// The tokens of the scored x: every second one, or the last.
  static func readPositions(_ task: Signature) -> Rows {
    let n = task.contextLength
    return task.scoring == .query ? Rows(2 * n..<2 * n + 1) : Rows(0..<2 * n + 1, by: 2)
  }
}

/// Some rows of an axis.
struct Rows {
  let range: Range<Int>
  let step: Int

  init(_ range: Range<Int>, by step: Int = 1) {
    self.range = range
    self.step = step
  }

  var count: Int { (range.count + step - 1) / step }
  subscript(number: Int) -> Int { range.lowerBound + number * step }
  func of(_ tensor: Tensor, axis: Int = 0) -> Tensor { tensor.slice(range, axis: axis, by: step) }
}
