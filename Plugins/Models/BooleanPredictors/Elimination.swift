import ICLKit

/// Keeps the bits that no pair of the context speaks against, and applies the function to them.
///
/// AND: a bit that is 0 where the label is 1 is not hidden. OR: a bit that is 1 where it is 0. It
/// finds the k hidden bits from about 2^k pairs: with q ~ Poisson(n 2^-k) telling pairs, all others
/// are gone with probability (1 - 2^-q)^(d - k).
struct Elimination: Model {
  static let id = "elimination"
  static let summary = "AND or OR of the bits that no labelled row of the context excludes"

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let n = task.contextLength
    guard n > 0 else {
      throw KitError(
        "elimination learns from a context of labelled rows: give task.context-length",
        path: "context-length", code: .unsupported)
    }
    guard task.outputDimension == 1, task.positions == 1 else {
      throw KitError(
        "elimination reads one label a row, the task has \(task.outputDimension)",
        path: "labels", code: .unsupported)
    }
    guard let function = task.properties["function"], function < 2 else {
      throw KitError(
        "elimination is for AND and OR: give task.function=and or task.function=or",
        path: "function", code: .unsupported)
    }
    guard task.properties["encoding", default: 0] == 0 else {
      throw KitError(
        "elimination reads zeros and ones: give task.encoding=zero-one", path: "encoding",
        code: .unsupported)
    }
    let x = graph.input("x")
    let (isAnd, bits, query) = (function == 0, x[0..<n], x[n..<n + 1])
    // How often a bit was absent where all hidden ones must be present, [d].
    let absent = isAnd ? 1 - bits : bits
    let tells = isAnd ? graph.input("y") : 1 - graph.input("y")
    let against = einsum("no,nd->d", tells, absent)
    let kept = (1 - graph.constant(0).less(than: against)).named("indicator")
    let missing = einsum("d,qd->q", kept, isAnd ? 1 - query : query)
    let isMissed = graph.constant(0).less(than: missing).reshaped([1, 1])
    return (isAnd ? 1 - isMissed : isMissed).named("prediction")
  }
}
