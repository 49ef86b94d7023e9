import Glibc
import ICLKit
import SequenceLayers

/// h_t[c,s] = exp(Δ_t[c] A[c,s]) h_{t-1}[c,s] + Δ_t[c] u_t[c] B_t[s], y_t[c] = Σ_s C_t[s] h_t[c,s].
///
/// Sequences: Δ and u [T, c], B and C [T, s]. Shared: A [c, s].
struct SelectiveCell: DiagonalCell {
  func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
    let step = span.sequences[0]
    return (
      einsum("tc,cs->tcs", step, span.shared[0]).exp(),
      einsum("tc,ts->tcs", step * span.sequences[1], span.sequences[2])
    )
  }

  func outputs(_ states: Tensor, _ span: Span) -> Tensor {
    einsum("tcs,ts->tc", states, span.sequences[3])
  }
}

extension Mamba {
  /// The whole block of Gu and Dao 2023, figure 3, in residual layers on interleaved tokens.
  func blocks(_ graph: Graph, _ task: Signature) throws -> Tensor {
    let backbone = Backbone(
      width: width, layers: layers, mlpWidth: mlpWidth, hasPositions: positions)
    return try backbone.predict(graph, task) { graph, _, tokens, memory in
      block(graph, tokens, memory)
    }
  }

  private func block(_ graph: Graph, _ tokens: Tensor, _ memory: Memory) -> Tensor {
    let channels = expansion * width
    let rank = (width + 15) / 16
    var u = graph.dense("input", tokens, channels, hasBias: false)
    let z = graph.dense("gate", tokens, channels, hasBias: false)
    if convolution > 0 {
      u = graph.causalConvolution("convolution", u, taps: convolution, memory: memory)
    }
    u = u.silu()
    // softplus(b) is log-uniform from .001 to .1.
    let (least, most) = (log(0.001), log(0.1))
    let held = (least + (most - least) * graph.uniform("\(graph.path).step.bias", [channels])).exp()
    let bias = graph.parameter("step.bias", initial: (held.exp() - 1).log())
    let low = graph.dense("step.down", u, rank, hasBias: false)
    let step = (graph.dense("step.up", low, channels, hasBias: false) + bias).softplus()
    let rate = -graph.parameter(
      "rate", initial: graph.constant([channels, state]) { Double($0[1] + 1) }.log()
    ).exp()
    let start = memory.recall("recurrence", [channels, state], in: graph)
    let result = SelectiveCell().run(
      form, chunk: chunk,
      sequences: [
        step, u, graph.dense("write", u, state, hasBias: false),
        graph.dense("read", u, state, hasBias: false),
      ], shared: [rate], from: start)
    memory.keep("recurrence", result.last)
    let skip = graph.parameter("skip", initial: graph.ones([channels]))
    return graph.dense(
      "output", (result.outputs + skip * u) * z.silu(), width, hasBias: false)
  }
}
