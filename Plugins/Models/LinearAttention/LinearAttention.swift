import ICLKit
import SequenceLayers

/// Linear attention on the prompt as concatenated pairs, e_j = (x_j; y_j) and e_q = (x_q; 0).
///
/// One layer, with H heads over the N pairs and the query's own token:
///     ŷ = 1/N Σ_h Σ_j (V_h e_j) (e_jᵀ W_h x_q)
/// W_h is free (merged), or K_hᵀ Q_h of some rank (separate). With softmax the scores e_jᵀ W_h x_q
/// become weights that sum to 1, and nothing is divided by N. Several layers update the residual
/// stream of every token. Zhang, Singh, Latham and Saxe 2025 (arXiv 2501.16265), section 2.
struct LinearAttention: Model {
  static let id = "linear-attention"
  static let summary = "linear attention on concatenated pairs, merged or separate key and query"

  @Option("one free key-query matrix, or the product of a key and a query matrix")
  var parametrization = Parametrization.merged
  @Option("number of heads", 1...1024) var heads = 1
  @Option("rank of a head's key and query, if separate", 1...4096) var rank = 1
  @Option("number of layers", 1...64) var layers = 1
  @Option("scale of the initial weights", 0...1e6) var initialScale = 0.1
  @Option("standard deviations of separate weights, by the paper's convention")
  var initialization = Initialization.A
  @Option("scores as they are, or their softmax over the pairs and the query's own token")
  var attention = Attention.Kind.linear
  @Option(
    "what sums of linear attention are divided by: the pairs, the pairs and the query, nothing")
  var scale = Attention.Scale.context
  @Option("the blocks that mix inputs with labels: zero at the start, zero always, or drawn")
  var zeroBlocks = ZeroBlocks.start
  @Option("tokens: the pairs (x_j, y_j) and the query; or x_1, y_1, x_2, … in residual layers")
  var layout = Layout.pairs
  @Option("layout=interleaved: width of the residual stream", 1...65536) var width = 32
  @Option("layout=interleaved: add learned positions to the tokens") var positions = true
  @Option("layout=interleaved: how the sums are computed; the result is the same")
  var form = RecurrenceForm.chunked
  @Option("layout=interleaved, form=chunked: tokens of a chunk", 1...4096) var chunk = 32

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    if layout == .interleaved { return try interleaved(graph, task) }
    // A layer reads the sum of e eᵀ over the pairs.
    let size = task.inputDimension + task.outputDimension
    let values = Double(layers * size * size)
    _ = graph.constant([values], [1]).named("state-values")
    var tokens = Tokens(graph, task, Attention(kind: attention, scale: scale))
    if layers == 1 {
      return tokens.queryUpdate(weights(in: graph, task)).named("prediction")
    }
    for layer in 0..<layers - 1 {
      tokens = graph.scope("layers.\(layer)") { graph in
        tokens.updated(weights(in: graph, task, updatesInputs: true)).named()
      }
    }
    let update = graph.scope("layers.\(layers - 1)") { graph in
      tokens.queryUpdate(weights(in: graph, task))
    }
    return (tokens.queryLabels + update).named("prediction")
  }
}

enum Parametrization: String, OptionChoice { case merged, separate }
enum Initialization: String, OptionChoice { case A, B, C }
enum ZeroBlocks: String, OptionChoice { case start, always, never }
