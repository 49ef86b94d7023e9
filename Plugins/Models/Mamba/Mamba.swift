import ICLKit
import SequenceLayers

/// Mamba's layers on interleaved tokens, or the selective scan alone on c_t = (x_t, y_{t-1}):
///
///     u = c W_in,  z = c W_z,  Δ = softplus(u W_1 W_2 + b),  B = u W_B,  C = u W_C,  A = -exp(A_log)
///     h_t[c,s] = exp(Δ_t[c] A[c,s]) h_{t-1}[c,s] + Δ_t[c] u_t[c] B_t[s]
///     ŷ_t = ((Σ_s C_t[s] h_t[·,s] + D ⊙ u_t) ⊙ silu(z_t)) W_o
/// Gu and Dao 2023 (arXiv 2312.00752), section 3.
struct Mamba: Model {
  static let id = "mamba"
  static let summary = "layers of a diagonal selective state-space model (S6)"

  @Option(
    "tokens: pairs (x_t, y_{t-1}) for the selective scan alone; or x_1, y_1, x_2, … in blocks")
  var layout = Layout.pairs
  @Option("layout=interleaved: width of the residual stream", 1...65536) var width = 32
  @Option("layout=interleaved: number of layers", 1...256) var layers = 1
  @Option("layout=interleaved: channels for each of the width", 1...64) var expansion = 2
  @Option("layout=interleaved: taps of the causal convolution; 0: none", 0...64) var convolution = 4
  @Option("layout=interleaved: width of the MLP after each layer; 0: none", 0...262_144)
  var mlpWidth = 0
  @Option("layout=interleaved: add learned positions to the tokens") var positions = false
  @Option("layout=pairs: number of channels", 1...65536) var channels = 64
  @Option("state of a channel", 1...4096) var state = 16
  @Option("layout=pairs: rank of the step size Δ", 1...4096) var stepRank = 4
  @Option("layout=pairs: initial bias b of the step size, before the softplus", -100...100)
  var stepBias = -3.0
  @Option("how the recurrence is computed; the result is the same") var form = RecurrenceForm
    .chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 32
  @Option("layout=pairs, form=chunked: channels that are computed together", 1...65536)
  var channelBlock = 2

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    if layout == .interleaved { return try blocks(graph, task) }
    let memory = Memory(graph, task)
    let x = graph.input("x")
    if memory.isStreaming { return stream(graph, task, memory) }
    memory.count(channels * state)
    defer { memory.close() }
    let tokens = concatenate([x, graph.input("y").padded(axis: 0, before: 1)], axis: -1)
    let scan = SelectiveScan(weights: weights(graph, tokens.extent(-1), task.outputDimension))
    let predictions =
      switch form {
      case .scan: scan.tokenByToken(tokens)
      case .chunked where tokens.extent(0) > chunk:
        scan.chunked(tokens, size: chunk, block: channelBlock)
      case .recurrence, .chunked: scan.allStates(tokens)
      }
    let length = task.contextLength + 1
    return predictions[length - task.positions..<length].named("prediction")
  }

  /// The token (x_t, y_{t-1}) of one position.
  private func stream(_ graph: Graph, _ task: Signature, _ memory: Memory) -> Tensor {
    let x = graph.input("x")
    let y = memory.isContinued ? graph.input("y") : graph.zeros([1, task.outputDimension])
    let tokens = concatenate([x, y], axis: -1)
    let scan = SelectiveScan(weights: weights(graph, tokens.extent(-1), task.outputDimension))
    let start = memory.recall("recurrence", [channels, state], in: graph)
    let (prediction, last) = scan.oneToken(tokens, after: start)
    memory.keep("recurrence", last)
    memory.close()
    return prediction.named("prediction")
  }

  private func weights(_ graph: Graph, _ width: Int, _ outputs: Int) -> SelectiveWeights {
    func matrix(_ name: String, _ rows: Int, _ columns: Int, scale: Double? = nil) -> Tensor {
      graph.parameter(
        name, [rows, columns], standardDeviation: scale ?? 1 / Double(rows).squareRoot())
    }
    return SelectiveWeights(
      input: matrix("input", width, channels, scale: 0.3),
      gate: matrix("gate", width, channels, scale: 0.3),
      stepDown: matrix("step.down", channels, stepRank),
      stepBias: graph.parameter(
        "step.bias", initial: graph.constant([channels]) { _ in stepBias }),
      stepUp: matrix("step.up", stepRank, channels),
      write: matrix("write", channels, state), read: matrix("read", channels, state),
      rate: -graph.parameter(
        "rate", initial: graph.constant([channels, state]) { Double($0[1] + 1) }.log()
      ).exp(),
      skip: graph.parameter("skip", initial: graph.ones([channels])),
      output: matrix("output", channels, outputs))
  }
}

enum Layout: String, OptionChoice { case pairs, interleaved }
