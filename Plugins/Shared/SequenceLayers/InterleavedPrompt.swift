import ICLKit

/// A prompt as tokens x_1, ỹ_1, x_2, ỹ_2, …, x_q of one width D, labels in their last O entries.
///
/// Sushma et al. 2024 (arXiv 2410.11687), layouts `normal_token_scalar` (O = 1) and
/// `normal_token_vector` (O = D).
public struct InterleavedPrompt {
  public let task: Signature
  /// [T, D]; T = 2 N + 1, or in a stream ỹ of the pair before and x, or x alone.
  public let tokens: Tensor
  public let width: Int

  public init(_ graph: Graph, _ task: Signature, _ memory: Memory) throws {
    let (d, o) = (task.inputDimension, task.outputDimension)
    guard o <= d else {
      throw KitError(
        "labels of length \(o) do not fit tokens of the length \(d) of x: interleaved tokens need "
          + "output-dimension of at most dimension", path: "output-dimension", code: .unsupported)
    }
    self.task = task
    width = d
    let x = graph.input("x")
    let n = memory.isStreaming ? (memory.isContinued ? 1 : 0) : task.contextLength
    guard n > 0 else {
      tokens = x
      return
    }
    let y = o == d ? graph.input("y") : graph.input("y").padded(axis: 1, before: d - o)
    if memory.isStreaming {
      tokens = concatenate([y, x], axis: 0)
    } else {
      let pairs = concatenate([x[0..<n].reshaped([n, 1, d]), y.reshaped([n, 1, d])], axis: 1)
      tokens = concatenate([pairs.reshaped([2 * n, d]), x[n..<n + 1]], axis: 0)
    }
  }

  /// The rows of scored x, [positions, …], of what stands at every token.
  public func scored(_ rows: Tensor) -> Tensor {
    let last = rows.extent(0) - 1
    return task.positions == 1
      ? rows[last..<last + 1] : rows.slice(0..<last + 1, axis: 0, by: 2)
  }
}
