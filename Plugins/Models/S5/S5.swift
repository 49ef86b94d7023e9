import ICLKit
import SequenceLayers

/// Layers of S5: a diagonal complex linear recurrence, the same at every token.
///
///     h_t = Ā h_{t-1} + B̄ u_t,   y_t = 2 Re(C h_t) + D ⊙ u_t,   Ā = exp(Λ Δ), B̄ = (Ā - 1)/Λ B
/// Smith, Warrington and Linderman 2023 (arXiv 2208.04933), on interleaved tokens.
struct S5: Model {
  static let id = "s5"
  static let summary = "layers of S5, a diagonal complex linear recurrence"

  @Option("width of the residual stream", 1...65536) var width = 32
  @Option("number of layers", 1...256) var layers = 1
  @Option("P, the size of the state; half of it are complex pairs", 2...65536) var state = 32
  @Option("after the recurrence: a linear unit gated by a matrix of it, by two matrices, or none")
  var gate = Gate.half
  @Option("taps of a causal convolution of each channel before the recurrence; 0: none", 0...64)
  var convolution = 0
  @Option("width of the MLP after each layer; 0: none", 0...262_144) var mlpWidth = 0
  @Option("add learned positions to the tokens") var positions = false
  @Option("how the recurrence is computed; the result is the same") var form = RecurrenceForm
    .chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 32

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard state % 2 == 0 else {
      throw KitError("\(state) is odd: the state consists of pairs", path: "state")
    }
    let backbone = Backbone(
      width: width, layers: layers, mlpWidth: mlpWidth, hasPositions: positions)
    return try backbone.predict(graph, task) { graph, _, tokens, memory in
      let u =
        convolution == 0
        ? tokens
        : graph.causalConvolution("convolution", tokens, taps: convolution, memory: memory).silu()
      return gated(graph, recurrence(graph, u, memory))
    }
  }

  private func recurrence(_ graph: Graph, _ u: Tensor, _ memory: Memory) -> Tensor {
    let pairs = state / 2
    let weights = ComplexWeights(graph, width: width, pairs: pairs)
    let start = memory.recall("recurrence", [2, pairs], in: graph)
    let result = ComplexCell().run(
      form, chunk: chunk, sequences: [u], shared: weights.list, from: start)
    memory.keep("recurrence", result.last)
    let skip = graph.parameter("skip", [width], standardDeviation: 1)
    return result.outputs + skip * u
  }

  private func gated(_ graph: Graph, _ y: Tensor) -> Tensor {
    let active = y.gelu()
    switch gate {
    case .none: return active
    case .half: return active * graph.dense("gate", active, width).sigmoid()
    case .full:
      return graph.dense("value", active, width) * graph.dense("gate", active, width).sigmoid()
    }
  }
}

enum Gate: String, OptionChoice { case none, half, full }
