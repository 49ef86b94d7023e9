import ICLKit
import SequenceLayers

extension LinearAttention {
  /// Residual layers on the tokens x_1, ỹ_1, …, x_q: for each head, causal and without softmax,
  ///     S_t = S_{t-1} + k_t v_tᵀ,   o_t = 1/T q_tᵀ S_t,   update = o W_o + b_o
  func interleaved(_ graph: Graph, _ task: Signature) throws -> Tensor {
    guard width % heads == 0 else {
      throw KitError("\(heads) heads do not divide the width \(width)", path: "heads")
    }
    let size = width / heads
    let tokensInPrompt = Double(2 * task.contextLength + 1)
    let backbone = Backbone(width: width, layers: layers, mlpWidth: 0, hasPositions: positions)
    return try backbone.predict(graph, task) { graph, _, tokens, memory in
      let length = tokens.extent(0)
      func part(_ name: String) -> Tensor {
        graph.dense(name, tokens, width).reshaped([length, heads, size])
      }
      let start = memory.recall("sums", [heads, size, size], in: graph)
      let result = KeyValueSums().run(
        form, chunk: chunk, sequences: [part("query"), part("key"), part("value")], shared: [],
        from: start)
      memory.keep("sums", result.last)
      return graph.dense(
        "output", result.outputs.reshaped([length, width]) / tokensInPrompt, width)
    }
  }
}

/// S_t = S_{t-1} + k_t v_tᵀ, read by q_t.
private struct KeyValueSums: DiagonalCell {
  func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
    let added = einsum("thk,thv->thkv", span.sequences[1], span.sequences[2])
    return (span.graph.ones([1, 1, 1, 1]).broadcast(to: added.shape), added)
  }

  func outputs(_ states: Tensor, _ span: Span) -> Tensor {
    einsum("thk,thkv->thv", span.sequences[0], states)
  }
}

enum Layout: String, OptionChoice { case pairs, interleaved }
