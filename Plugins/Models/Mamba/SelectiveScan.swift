import ICLKit

/// o_t[c] = Σ_s C_t[s] h_t[c,s] with h_t[c,s] = exp(Δ_t[c] A[c,s]) h_{t-1}[c,s] + v_t[c] B_t[s].
///
/// steps Δ and drive v [T, d], write B and read C [T, s], rates A [d, s]; the result is [T, d].
struct SelectiveScan {
  let steps: Tensor
  let drive: Tensor
  let write: Tensor
  let read: Tensor
  let rates: Tensor

  private var sequences: [Tensor] { [steps, drive, write, read] }
  private var start: Tensor { rates.graph.zeros(rates.shape) }

  func tokenByToken() -> Tensor {
    rates.graph.scan(
      initial: [start], sequences: sequences, shared: [rates], outputs: 1
    ) { step in
      let decay = (step.slices[0].reshaped([step.slices[0].extent(0), 1]) * step.shared[0]).exp()
      let state = decay * step.carries[0] + einsum("c,s->cs", step.slices[1], step.slices[2])
      return ([state], [einsum("cs,s->c", state, step.slices[3])])
    }.outputs[0]
  }

  func allStates() -> Tensor {
    Self.states(sequences, rates, initial: nil).output
  }

  /// All states of a chunk at once, and one chunk after the other.
  func chunked(_ size: Int) -> Tensor {
    let length = steps.extent(0)
    guard size < length else { return allStates() }
    let count = (length + size - 1) / size
    // Tokens of zeros fill the last chunk; they leave the state as it is.
    let chunks = sequences.map {
      $0.padded(axis: 0, after: count * size - length).reshaped([count, size, $0.extent(1)])
    }
    let outputs = rates.graph.scan(
      initial: [start], sequences: chunks, shared: [rates], outputs: 1
    ) { step in
      let (states, output) = Self.states(step.slices, step.shared[0], initial: step.carries[0])
      return ([states[size - 1..<size].reshaped(step.carries[0].shape)], [output])
    }.outputs[0]
    return outputs.reshaped([count * size, steps.extent(1)])[0..<length]
  }

  private static func states(
    _ sequences: [Tensor], _ rates: Tensor, initial: Tensor?
  ) -> (states: Tensor, output: Tensor) {
    let decay = einsum("tc,cs->tcs", sequences[0], rates).exp()
    let added = einsum("tc,ts->tcs", sequences[1], sequences[2])
    let states = linearRecurrence(decay, added, initial: initial)
    return (states, einsum("tcs,ts->tc", states, sequences[3]))
  }
}
