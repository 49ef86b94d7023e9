import ICLKit
import SequenceLayers

/// W ← W + β_t (v_t - W k_t) k_tᵀ for every token, o_t = W q_t after it: a layer of DeltaNet.
///
/// Keys [T, K], values and outputs [T, V], queries [T, K], rates β [T, 1], W [V, K]. Yang et al. 2024
/// (arXiv 2406.06484).
struct DeltaLayer {
  let keys, values, queries, rates: Tensor
  let start: Tensor

  struct Result {
    var outputs: Tensor
    /// W after the last token.
    var last: Tensor
  }

  /// No elementwise recurrence does it: `recurrence` is one chunk of all tokens, a triangle of T².
  func run(_ form: RecurrenceForm, chunk: Int) -> Result {
    switch form {
    case .scan: tokenByToken()
    case .recurrence: chunked(keys.extent(0))
    case .chunked: chunked(min(chunk, keys.extent(0)))
    }
  }

  private func tokenByToken() -> Result {
    let result = start.graph.scan(
      initial: [start], sequences: [keys, values, queries, rates], shared: [], outputs: 1
    ) { step in
      let (weights, key) = (step.carries[0], step.slices[0])
      let update = step.slices[3] * (step.slices[1] - einsum("vk,k->v", weights, key))
      let next = weights + einsum("v,k->vk", update, key)
      return ([next], [einsum("vk,k->v", next, step.slices[2])])
    }
    return Result(outputs: result.outputs[0], last: result.carries[0])
  }

  /// With W_0 before a chunk:
  ///     U = (I + diag(β) tril(K Kᵀ, -1))⁻¹ diag(β) (V - K W_0ᵀ),   W_C = W_0 + Uᵀ K
  ///     o_t = W_0 q_t + Σ_{s≤t} u_s (k_s · q_t)
  private func chunked(_ length: Int) -> Result {
    let graph = start.graph
    let total = keys.extent(0)
    let count = (total + length - 1) / length
    // Keys and rates of zeros fill the last chunk: they change nothing.
    func chunks(_ rows: Tensor) -> Tensor {
      let missing = count * length - total
      let whole = missing == 0 ? rows : rows.padded(axis: 0, after: missing)
      return whole.reshaped([count, length, rows.extent(1)])
    }
    let result = graph.scan(
      initial: [start], sequences: [chunks(keys), chunks(values), chunks(queries), chunks(rates)],
      shared: [], outputs: 1
    ) { step in
      let (weights, keys, rates) = (step.carries[0], step.slices[0], step.slices[3])
      let before = step.graph.causalMask(length, length, strictly: true)
      let triangle = rates * before * einsum("tk,sk->ts", keys, keys)
      let missing = rates * (step.slices[1] - einsum("vk,tk->tv", weights, keys))
      let updates = FastWeights.solved(triangle, missing)
      let scores =
        step.graph.causalMask(length, length) * einsum("tk,sk->ts", step.slices[2], keys)
      let outputs =
        einsum("vk,tk->tv", weights, step.slices[2]) + einsum("ts,sv->tv", scores, updates)
      return ([weights + einsum("tv,tk->vk", updates, keys)], [outputs])
    }
    let outputs = result.outputs[0].reshaped([count * length, values.extent(1)])
    return Result(outputs: outputs[0..<total], last: result.carries[0])
  }
}

extension DeltaRule {
  /// Residual layers on the tokens x_1, ỹ_1, …, x_q; keys and queries have length 1, β = σ(w · h + b).
  func interleaved(_ graph: Graph, _ task: Signature) throws -> Tensor {
    let backbone = Backbone(width: width, layers: layers, mlpWidth: 0, hasPositions: false)
    return try backbone.predict(graph, task) { graph, _, tokens, memory in
      let u =
        convolution == 0
        ? tokens
        : graph.causalConvolution("convolution", tokens, taps: convolution, memory: memory).silu()
      func unit(_ name: String) -> Tensor {
        let raw = graph.dense(name, u, width)
        // The small number keeps a key of zeros, and its derivative, finite.
        return raw * (raw.squared().sum(axis: 1, keepAxis: true) + 1e-6).reciprocalSquareRoot()
      }
      let layer = DeltaLayer(
        keys: unit("key"), values: graph.dense("value", u, width), queries: unit("query"),
        rates: graph.dense("rate", u, 1).sigmoid(),
        start: memory.recall("weights", [width, width], in: graph))
      let result = layer.run(form, chunk: chunk)
      memory.keep("weights", result.last)
      return graph.dense("output", result.outputs, width)
    }
  }
}

enum Layout: String, OptionChoice { case pairs, interleaved }
