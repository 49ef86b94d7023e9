import ICLKit

/// A diagonal selective scan on the tokens c_t = (x_t, y_{t-1}).
///
///     u = c W_in,  z = c W_z,  Δ = softplus(u W_1 W_2 + b),  B = u W_B,  C = u W_C,  A = -exp(A_log)
///     h_t[c,s] = exp(Δ_t[c] A[c,s]) h_{t-1}[c,s] + Δ_t[c] u_t[c] B_t[s]
///     ŷ_t = ((Σ_s C_t[s] h_t[·,s] + D ⊙ u_t) ⊙ silu(z_t)) W_o
/// Gu and Dao 2023 (arXiv 2312.00752), section 3.
struct Mamba: Model {
  static let id = "mamba"
  static let summary = "one layer of a diagonal selective state-space model (S6)"

  @Option("how the scan is computed; the result is the same") var form = Form.chunked
  @Option("form=chunked: tokens of a chunk", 1...4096) var chunk = 16
  @Option("number of channels", 1...65536) var channels = 64
  @Option("state of a channel", 1...4096) var state = 16
  @Option("rank of the step size Δ", 1...4096) var stepRank = 4
  @Option("initial bias b of the step size, before the softplus", -100...100) var stepBias = -3.0

  func build(_ graph: Graph, for task: Signature) -> Tensor {
    let length = task.contextLength + 1
    let x = graph.input("x")
    let tokens = concatenate([x, graph.input("y").padded(axis: 0, before: 1)], axis: -1)
    func matrix(_ name: String, _ rows: Int, _ columns: Int, scale: Double? = nil) -> Tensor {
      graph.parameter(
        name, [rows, columns], standardDeviation: scale ?? 1 / Double(rows).squareRoot())
    }
    let width = tokens.extent(-1)
    let u = einsum("ti,ic->tc", tokens, matrix("input", width, channels, scale: 0.3))
    let z = einsum("ti,ic->tc", tokens, matrix("gate", width, channels, scale: 0.3))

    let low = einsum("tc,cr->tr", u, matrix("step.down", channels, stepRank))
    let bias = graph.parameter("step.bias", initial: graph.constant([channels]) { _ in stepBias })
    let step = (einsum("tr,rc->tc", low, matrix("step.up", stepRank, channels)) + bias).softplus()
      .named("step")
    let write = einsum("tc,cs->ts", u, matrix("write", channels, state))
    let read = einsum("tc,cs->ts", u, matrix("read", channels, state))

    let logarithm = graph.parameter(
      "rate", initial: graph.constant([channels, state]) { Double($0[1] + 1) }.log())
    let scan = SelectiveScan(
      steps: step, drive: step * u, write: write, read: read, rates: -logarithm.exp())
    let scanned =
      switch form {
      case .scan: scan.tokenByToken()
      case .recurrence: scan.allStates()
      case .chunked: scan.chunked(chunk)
      }
    let skip = graph.parameter("skip", initial: graph.ones([channels]))
    let output = (scanned + skip * u) * z.silu()
    return einsum(
      "tc,co->to", output[length - task.positions..<length],
      matrix("output", channels, task.outputDimension))
  }
}

enum Form: String, OptionChoice { case scan, recurrence, chunked }
