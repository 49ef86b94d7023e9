import ICLKit
import SequenceLayers

/// Griffin: layers of gated linear recurrences (RG-LRU), with local attention in every third.
///
///     g = gelu(x W_y);  u = conv4(x W_x);  r = σ(W_a u + b), i = σ(W_i u + b)
///     a = exp(-8 r softplus(Λ));  h_t = a h_{t-1} + √(1 - a²) (i ⊙ u);  out = (g ⊙ h) W_o
/// De et al. 2024 (arXiv 2402.19427), on interleaved tokens.
struct Griffin: Model {
  static let id = "griffin"
  static let summary = "layers of gated linear recurrences (RG-LRU), and of local attention"

  @Option("width of the residual stream", 1...65536) var width = 32
  @Option("number of layers", 1...256) var layers = 1
  @Option("channels of the recurrence; 0: as wide as the stream", 0...65536) var channels = 0
  @Option("blocks of the gates' matrices; it divides the channels", 1...4096) var gateBlocks = 1
  @Option("taps of the causal convolution; 0: none", 0...64) var convolution = 4
  @Option("every third layer is local attention with one head of keys and values")
  var localAttention = false
  @Option("heads of queries in local attention; it divides the width", 1...1024) var heads = 4
  @Option("tokens that local attention sees, the present one included", 1...65536) var window = 4
  @Option("width of the gated MLP after each layer; 0: none", 0...262_144) var mlpWidth = 0
  @Option("add learned positions to the tokens") var positions = false
  @Option("how the recurrence is computed; the result is the same") var form = RecurrenceForm
    .chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 32

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    let count = channels > 0 ? channels : width
    guard count % gateBlocks == 0 else {
      throw KitError(
        "\(gateBlocks) blocks do not divide \(count) channels", path: "gate-blocks")
    }
    guard !localAttention || width % heads == 0 else {
      throw KitError("\(heads) heads do not divide the width \(width)", path: "heads")
    }
    let backbone = Backbone(
      width: width, layers: layers, mlpWidth: mlpWidth, mlp: .gated, hasPositions: positions)
    return try backbone.predict(graph, task) { graph, layer, tokens, memory in
      localAttention && layer % 3 == 2
        ? attention(graph, tokens, memory) : recurrence(graph, tokens, memory, count)
    }
  }

  private func recurrence(
    _ graph: Graph, _ tokens: Tensor, _ memory: Memory, _ channels: Int
  ) -> Tensor {
    let branch = graph.dense("branch", tokens, channels).gelu()
    var u = graph.dense("input", tokens, channels)
    if convolution > 0 {
      u = graph.causalConvolution("convolution", u, taps: convolution, memory: memory)
    }
    let opening = gate("recurrence-gate", u, graph)
    let write = gate("input-gate", u, graph)
    // a² at r = 1 is uniform from .81 to .998: Λ = softplus⁻¹(-log a / 8).
    let square = 0.81 + (0.998 - 0.81) * graph.uniform("\(graph.path).rate", [channels])
    let rate = graph.parameter("rate", initial: ((square.log() / -16).exp() - 1).log())
    let decay = (-8 * opening * rate.softplus()).exp()
    // The first token is not scaled, for nothing came before it.
    let length = tokens.extent(0)
    let isFirst = graph.constant([length, 1]) { $0[0] == 0 && !memory.isContinued ? 1 : 0 }
    // Where a rounds to 1 the root would have an infinite derivative.
    let kept = maximum(1 - decay.squared(), graph.constant(1e-12))
    let scale = isFirst + (1 - isFirst) * kept.squareRoot()
    let start = memory.recall("recurrence", [channels], in: graph)
    let result = GatedCell().run(
      form, chunk: chunk, sequences: [decay, scale * write * u], shared: [], from: start)
    memory.keep("recurrence", result.last)
    return graph.dense("output", branch * result.outputs, width)
  }

  /// σ(W u + b), W of `gateBlocks` blocks on its diagonal.
  private func gate(_ name: String, _ u: Tensor, _ graph: Graph) -> Tensor {
    let (length, channels) = (u.extent(0), u.extent(1))
    let size = channels / gateBlocks
    let weight = graph.parameter(
      "\(name).weight", [gateBlocks, size, size],
      standardDeviation: 1 / Double(size).squareRoot())
    let bias = graph.parameter("\(name).bias", initial: graph.zeros([channels]))
    let product = einsum("tbi,bio->tbo", u.reshaped([length, gateBlocks, size]), weight)
    return (product.reshaped([length, channels]) + bias).sigmoid()
  }

  /// Softmax attention to the last `window` tokens; all heads share keys and values.
  private func attention(_ graph: Graph, _ tokens: Tensor, _ memory: Memory) -> Tensor {
    let (length, size) = (tokens.extent(0), width / heads)
    let queries = graph.dense("query", tokens, width).reshaped([length, heads, size])
    let past = window - 1
    func seen(_ name: String) -> Tensor {
      let own = graph.dense(name, tokens, size)
      guard past > 0 else { return own }
      let all = concatenate([memory.recall(name, [past, size], in: graph), own], axis: 0)
      memory.keep(name, all[length..<length + past])
      return all
    }
    let (keys, values) = (seen("key"), seen("value"))
    var scores = einsum("qhk,tk->hqt", queries, keys) / Double(size).squareRoot()
    // Tokens before the first are not there; in a stream that is known at run time alone.
    let isWhole = !memory.isContinued
    let near = graph.constant([length, past + length]) {
      $0[1] >= $0[0] && $0[1] <= $0[0] + past && !(isWhole && $0[1] < past) ? 1 : 0
    }
    if past > 0 {
      let there = concatenate(
        [memory.recall("there", [1, past], in: graph), graph.ones([1, length])], axis: 1)
      memory.keep("there", there.slice(length..<length + past, axis: 1))
      if memory.isContinued { scores = scores + 1e9 * (there - 1) }
    }
    let pattern = scores.softmax(mask: near)
    let read = einsum("hqt,tk->qhk", pattern, values)
    return graph.dense("output", read.reshaped([length, width]), width)
  }
}

/// h_t = a_t h_{t-1} + b_t, read as it is.
private struct GatedCell: DiagonalCell {
  func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
    (span.sequences[0], span.sequences[1])
  }

  func outputs(_ states: Tensor, _ span: Span) -> Tensor { states }
}
