import ICLKit

/// A model whose prediction [4, 1] shows one function of the kit, on x [4, 2] and y [3, 1].
struct Shown: Model {
  static let id = "shown"
  static let summary = "one function of the kit"

  enum Function: String, OptionChoice {
    case scan, gather, recurrence, softmax, interleaved, huge
    case reverseScan = "reverse-scan"
    case layerNorm = "layer-norm"
    case rootMeanSquare = "root-mean-square"
    case concatenatedPairs = "concatenated-pairs"
  }
  @Option("what to show") var function = Function.scan

  func build(_ graph: Graph, for task: Signature) -> Tensor {
    let x = graph.input("x")
    let y = graph.input("y")
    let weights = graph.constant([1, -2], [2])
    let first = x.slice(0..<1, axis: 1)
    switch function {
    case .scan: return scan(graph, x, reverse: false)
    case .reverseScan: return scan(graph, x, reverse: true)
    case .gather: return x.gather(graph.constant([3, 1, 0, 2], [4])).sum(axis: 1, keepAxis: true)
    case .recurrence:
      return linearRecurrence(
        first, x.slice(1..<2, axis: 1), initial: graph.constant([0.3], [1]))
    case .softmax:
      let weights = einsum("id,jd->ij", x, x).softmax(mask: graph.causalMask(4, 4, strictly: true))
      return einsum("ij,jo->io", weights, first)
    case .layerNorm:
      let normal = x.layerNorm(
        gain: graph.constant([2, 3], [2]), bias: graph.constant([0.5, -1], [2]), epsilon: 0.1)
      return einsum("nd,d->n", normal, weights).reshaped([4, 1])
    case .rootMeanSquare:
      return einsum("nd,d->n", x.rootMeanSquareNorm(epsilon: 0.1), weights).reshaped([4, 1])
    case .interleaved: return shown(PromptLayout.interleaved(x, y), graph)
    case .concatenatedPairs: return shown(PromptLayout.concatenatedPairs(x, y), graph)
    case .huge: return graph.zeros([1 << 20, 1 << 20])
    }
  }

  /// c ← tanh(c + s Σ x_t), with outputs 2 c; the last carry is added to all.
  private func scan(_ graph: Graph, _ x: Tensor, reverse: Bool) -> Tensor {
    let (carries, outputs) = graph.scan(
      initial: [graph.constant([0.1], [1])], sequences: [x],
      shared: [graph.constant([0.7], [1])], outputs: 1, reverse: reverse
    ) { step in
      let sum = step.slices[0].sum(axis: 0, keepAxis: true)
      let carry = (step.carries[0] + step.shared[0] * sum).tanh()
      return ([carry], [2 * carry])
    }
    return outputs[0] + carries[0]
  }

  /// Element (t, e) of the tokens, weighted by p + 1 + 10 t + 100 e in position p.
  private func shown(_ tokens: Tensor, _ graph: Graph) -> Tensor {
    let shape = [4, tokens.extent(0), tokens.extent(1)]
    let weights = graph.constant(shape) {
      Double($0[0] + 1) + 10 * Double($0[1]) + 100 * Double($0[2])
    }
    return einsum("pte,te->p", weights, tokens).reshaped([4, 1])
  }
}
