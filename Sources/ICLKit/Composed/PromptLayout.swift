/// A prompt as tokens: how pairs (x_j, y_j) are put side by side.
public enum PromptLayout {
  /// The context as tokens (x_j; y_j), [N, D + O]; from x [N + 1, D] and y [N, O].
  public static func contextPairs(_ x: Tensor, _ y: Tensor) -> Tensor {
    concatenate([x[0..<y.extent(0)], y], axis: -1)
  }

  /// All positions as tokens (x_j; 0) whose label is not known, [rows of x, D + O].
  public static func queryTokens(_ x: Tensor, outputs: Int) -> Tensor {
    x.padded(axis: -1, after: outputs)
  }

  /// Pairs, then the query as (x_q; 0): [N + 1, D + O].
  public static func concatenatedPairs(_ x: Tensor, _ y: Tensor) -> Tensor {
    let n = y.extent(0)
    let query = queryTokens(x[n..<n + 1], outputs: y.extent(-1))
    return concatenate([contextPairs(x, y), query], axis: 0)
  }

  /// x_0, y_0, x_1, y_1, …, x_N as tokens of width D + O: (x_j; 0) and (0; y_j). [2 N + 1, D + O].
  ///
  /// The token of x_j stands at 2 j: with a causal mask it has seen j pairs.
  public static func interleaved(_ x: Tensor, _ y: Tensor) -> Tensor {
    let n = y.extent(0)
    let d = x.extent(-1)
    let width = d + y.extent(-1)
    let inputs = queryTokens(x, outputs: y.extent(-1))
    let labels = y.padded(axis: -1, before: d)
    let pairs = concatenate(
      [inputs[0..<n].reshaped([n, 1, width]), labels.reshaped([n, 1, width])], axis: 1)
    return concatenate([pairs.reshaped([2 * n, width]), inputs[n..<n + 1]], axis: 0)
  }
}

extension Graph {
  /// 1 where column j is below row i (with strictly) or not above it, else 0; [rows, columns].
  public func causalMask(_ rows: Int, _ columns: Int, strictly: Bool = false) -> Tensor {
    constant([rows, columns]) { $0[1] < $0[0] + (strictly ? 0 : 1) ? 1 : 0 }
  }
}
