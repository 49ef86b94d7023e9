import Glibc
import ICLKit
import SequenceLayers

/// Layers of H3: linear attention whose keys are shifted by a convolution, and whose sums decay.
///
///     q, k, v = u W;  k ← shift(k) + D_k ⊙ k;  S_t = ā ⊙ S_{t-1} + b̄ ⊙ k_t v_tᵀ;  y_t = S_tᵀ q_t + …
/// for each head. Fu et al. 2023 (arXiv 2212.14052), on interleaved tokens.
struct H3: Model {
  static let id = "h3"
  static let summary = "layers of H3, gated linear recurrences of outer products with shifted keys"

  @Option("width of the residual stream", 1...65536) var width = 32
  @Option("number of layers", 1...256) var layers = 1
  @Option("number of heads; it divides the width", 1...1024) var heads = 4
  @Option("taps of the shift of keys", 1...64) var shift = 4
  @Option("width of the MLP after each layer; 0: none", 0...262_144) var mlpWidth = 0
  @Option("add learned positions to the tokens") var positions = false
  @Option("how the recurrence is computed; the result is the same") var form = RecurrenceForm
    .chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 16

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard width % heads == 0 else {
      throw KitError("\(heads) heads do not divide the width \(width)", path: "heads")
    }
    let backbone = Backbone(
      width: width, layers: layers, mlpWidth: mlpWidth, hasPositions: positions)
    return try backbone.predict(graph, task) { graph, _, tokens, memory in
      mix(graph, tokens, memory)
    }
  }

  private func mix(_ graph: Graph, _ tokens: Tensor, _ memory: Memory) -> Tensor {
    let (length, size) = (tokens.extent(0), width / heads)
    func split(_ values: Tensor) -> Tensor { values.reshaped([length, heads, size]) }
    let queries = graph.dense("query", tokens, width)
    let raw = graph.dense("key", tokens, width)
    let values = graph.dense("value", tokens, width)
    // The shift SSM is a convolution; it starts as a delay by one token.
    let taps = graph.parameter(
      "shift",
      initial: graph.constant([shift, width]) { $0[0] == max(shift - 2, 0) ? 1 : 0 }
        + 0.1 * graph.normal("\(graph.path).shift", [shift, width]))
    let keys = graph.convolved("keys", raw, by: taps, memory: memory, length: length)
    let keySkip = graph.parameter("key-skip", [width], standardDeviation: 0.1)
    let skip = graph.parameter("skip", [heads, 1, size], standardDeviation: 0.1)

    let rate = graph.parameter(
      "rate", initial: graph.constant([heads, size]) { Double($0[1] + 1) }.log()
    ).exp()
    let (least, most) = (log(0.001), log(0.1))
    let step = graph.parameter(
      "log-step",
      initial: least + (most - least) * graph.uniform("\(graph.path).log-step", [heads, size])
    ).exp()
    let decay = (-rate * step).exp()
    // (ā - 1) / A of the rate A = -rate.
    let held = (1 - decay) / rate
    let start = memory.recall("recurrence", [heads, size, size], in: graph)
    let result = OuterProductCell().run(
      form, chunk: chunk,
      sequences: [split(queries), split(keys + keySkip * raw), split(values)],
      shared: [decay, held, skip], from: start)
    memory.keep("recurrence", result.last)
    return graph.dense("output", result.outputs.reshaped([length, width]), width)
  }
}

/// S_t[h] = diag(ā_h) S_{t-1}[h] + diag(b̄_h) k_t v_tᵀ, y_t = q_t S_t + D ⊙ (q · k) v.
private struct OuterProductCell: DiagonalCell {
  func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
    let (decay, held) = (span.shared[0], span.shared[1])
    let keys = held.reshaped([1] + held.shape) * span.sequences[1]
    let added = einsum("thk,thv->thkv", keys, span.sequences[2])
    return (decay.reshaped([1] + decay.shape + [1]).broadcast(to: added.shape), added)
  }

  func outputs(_ states: Tensor, _ span: Span) -> Tensor {
    let scores = (span.sequences[0] * span.sequences[1]).sum(axis: 2, keepAxis: true)
    let skip = span.shared[2].reshaped([1, states.extent(1), states.extent(3)])
    return einsum("thk,thkv->thv", span.sequences[0], states) + skip * scores * span.sequences[2]
  }
}
