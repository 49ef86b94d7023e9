extension Graph {
  /// Floating-point operations that computing the roots takes for each prompt.
  ///
  /// A multiply-add counts 2, any other elementwise operation 1. What does not differ from prompt to
  /// prompt is computed once a step and counts nothing.
  public func flopsPerPrompt(roots: [NodeID]) -> Double {
    reachable(from: roots).reduce(0) { $0 + (self[$1].isBatched ? flops(of: $1) : 0) }
  }

  /// Floating-point operations of one node for one tensor.
  public func flops(of id: NodeID) -> Double {
    let node = self[id]
    let count = Double(node.shape.count)
    let first = node.inputs.first.map { Double(shape(of: $0).count) } ?? 0
    switch node.operation {
    case .input, .parameter, .constant, .random, .promptWeight: return 0
    case .reshape, .transpose, .slice, .concatenate, .pad, .broadcast, .gather, .result: return 0
    case .unary, .binary, .select: return count
    case .einsum(let spec): return flops(of: spec, node)
    case .reduce, .firstMaximum: return first
    case .scatterAdd, .cumulativeSum: return first
    // Added up for every prompt, though its value is one for all; see `isBatched` of its input.
    case .batchSum: return count
    case .softmax: return 5 * count
    case .linearRecurrence: return 2 * count
    case .scan(let body):
      let step = body.graph.reachable(from: body.nextCarries + body.outputs)
      return Double(body.length) * step.reduce(0) { $0 + body.graph.flops(of: $1) }
    case .solve:
      let n = Double(node.shape[node.shape.rank - 2])
      // A decomposition for each matrix, two substitutions for each column.
      return first * n / 3 + 2 * count * n
    case .cholesky:
      let m = Double(node.shape[node.shape.rank - 2])
      let n = Double(node.shape[node.shape.rank - 1])
      // The decomposition, and one substitution for each further row.
      return count / m * (n * n / 3 + (m - n) * n)
    case .custom, .customPullback: return count
    }
  }

  private func flops(of spec: EinsumSpec, _ node: Node) -> Double {
    var extents: [Int: Int] = [:]
    for (labels, input) in zip([spec.left] + (spec.right.map { [$0] } ?? []), node.inputs) {
      for (label, extent) in zip(labels, shape(of: input).extents) { extents[label] = extent }
    }
    let space = extents.values.reduce(1.0) { $0 * Double($1) }
    let isSummed = Set(extents.keys) != Set(spec.output)
    if spec.right == nil { return isSummed ? space : 0 }
    return isSummed ? 2 * space : space
  }
}
