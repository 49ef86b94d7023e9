import Glibc
import ICLKit
import SequenceLayers

/// Attention layers on raw tokens: no embedding, norm, bias, MLP or read-out.
///
///     h_j += W_o Σ_{i < T} a_ji W_v h_i,   a_ji = W_q h_j · W_k h_i, or its softmax over i by √d_k
///     ŷ = -h_T at its last entries
/// for all tokens j, where the last token, the query, is nobody's key. von Oswald et al. 2023
/// (arXiv 2212.07677); their program appends positions to tokens, and then reads the last of these.
struct PlainAttention: Model {
  static let id = "plain-attention"
  static let summary = "linear or softmax attention on raw tokens, as it is compared with descent"

  @Option("tokens: the pairs (x_j, y_j) and the query; or x_1, y_1, x_2, …") var layout = Layout
    .pairs
  @Option("number of layers", 1...64) var layers = 1
  @Option("the first so many layers are softmax attention, the others linear", 0...64)
  var softmaxLayers = 0
  @Option("number of heads", 1...1024) var heads = 1
  @Option("size of keys, queries and values; 0: that of tokens", 0...65536) var keySize = 0
  @Option("sinusoidal positions of this size behind every token; 0: none", 0...4096)
  var positions = 0
  @Option("variance of an initial weight times the number of its inputs", 0...1e6)
  var initialVariance = 0.002

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard task.scoring == .query else {
      throw KitError(
        "the query alone is predicted: set task.scoring=query", path: "scoring", code: .unsupported)
    }
    let memory = Memory(graph, task)
    guard !memory.isStreaming else {
      throw KitError(
        "attention sees whole prompts; it has no state to go on from", path: "layout",
        code: .unsupported)
    }
    let raw = try tokens(graph, task, memory).named("tokens")
    let length = raw.extent(0)
    var stream = raw
    if positions > 0 {
      stream = concatenate([raw, Self.sinusoids(graph, length, positions)], axis: 1)
    }
    let size = keySize > 0 ? keySize : stream.extent(1)
    memory.count(2 * layers * heads * size * (length - 1))
    for layer in 0..<layers {
      stream = graph.scope("layers.\(layer)") { graph in
        // Of the last layer only the query is read.
        let rows = layer == layers - 1 ? length - 1..<length : 0..<length
        let update = attention(stream, rows, size, isSoftmax: layer < softmaxLayers, graph)
        return (stream[rows] + update).named("residual")
      }
    }
    memory.close()
    let width = stream.extent(1)
    return (-stream.slice(width - task.outputDimension..<width, axis: 1)).named("prediction")
  }

  /// [T, width]
  private func tokens(_ graph: Graph, _ task: Signature, _ memory: Memory) throws -> Tensor {
    guard layout == .pairs else { return try InterleavedPrompt(graph, task, memory).tokens }
    let labels = graph.input("y").padded(axis: 0, after: 1)
    return concatenate([graph.input("x"), labels], axis: 1)
  }

  /// What a layer adds to these rows; keys and values are of all tokens but the last.
  private func attention(
    _ stream: Tensor, _ rows: Range<Int>, _ size: Int, isSoftmax: Bool, _ graph: Graph
  ) -> Tensor {
    let width = stream.extent(1)
    let context = stream[0..<stream.extent(0) - 1]
    func projected(_ name: String, _ tokens: Tensor) -> Tensor {
      einsum("tw,whk->htk", tokens, weight(name, [width, heads, size], inputs: width, graph))
    }
    let products = einsum(
      "hqk,htk->hqt", projected("query", stream[rows]), projected("key", context))
    let scores = (isSoftmax ? (products / Double(size).squareRoot()).softmax() : products)
      .named("scores")
    let read = einsum("hqt,htk->qhk", scores, projected("value", context))
    let output = weight("output", [heads, size, width], inputs: heads * size, graph)
    return einsum("qhk,hkw->qw", read, output)
  }

  private func weight(_ name: String, _ shape: [Int], inputs: Int, _ graph: Graph) -> Tensor {
    graph.parameter(
      name, shape, standardDeviation: (initialVariance / Double(inputs)).squareRoot())
  }

  /// Entries 2 k and 2 k + 1 of row t: sine and cosine of t 10000^(-2k / size).
  private static func sinusoids(_ graph: Graph, _ length: Int, _ size: Int) -> Tensor {
    graph.constant([length, size]) { index in
      let place = index[1]
      let angle = Double(index[0]) * exp(-Double(place / 2 * 2) / Double(size) * log(10000.0))
      return place % 2 == 0 ? sin(angle) : cos(angle)
    }
  }
}

enum Layout: String, OptionChoice { case pairs, interleaved }
