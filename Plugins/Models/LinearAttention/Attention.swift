import ICLKit

/// How scores become weights of the values, and what sums of linear attention are divided by.
struct Attention {
  enum Kind: String, OptionChoice { case linear, softmax }

  enum Scale: String, OptionChoice {
    /// The number of pairs, at least 1.
    case context
    /// The number of pairs and the query: the paper's program for varying context lengths.
    case tokens
    /// Nothing: the paper's program.
    case none
  }

  var kind: Kind
  var scale: Scale

  /// Sums over keys [rows, …], where row p has seen `pairs(p)` pairs. Weights of softmax sum to 1,
  /// so nothing is divided there.
  func divided(_ sums: Tensor, pairs: (_ row: Int) -> Int) -> Tensor {
    guard kind == .linear, scale != .none else { return sums }
    return sums
      / sums.graph.constant([sums.extent(0), 1]) {
        Double(scale == .context ? max(pairs($0[0]), 1) : pairs($0[0]) + 1)
      }
  }
}
