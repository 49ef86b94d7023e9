import ICLKit

/// S_t = diag(a) S_{t-1} + v_t k_tᵀ and ŷ_p = w S q_p, with a = sigmoid(decay).
///
/// values and keys [N, m], queries [positions, m], decay [m], readout w [O, m]. At every prefix
/// query p reads S_p, the state after p tokens; at the query, S_N.
struct GatedRecurrence {
  let values: Tensor
  let keys: Tensor
  let queries: Tensor
  let decay: Tensor
  let readout: Tensor

  var graph: Graph { values.graph }
  var length: Int { values.extent(0) }
  var width: Int { values.extent(1) }
  private var start: Tensor { graph.zeros([width, width]) }
  private var gate: Tensor { decay.sigmoid() }

  // MARK: Token by token

  func scan() -> Tensor {
    let n = length
    let steps = graph.scan(
      initial: [start], sequences: [values, keys, queries[0..<n]], shared: [gate, readout],
      outputs: 1
    ) { step in
      let asked = einsum("ij,j->i", step.carries[0], step.slices[2])
      return ([next(step)], [einsum("oi,i->o", step.shared[1], asked)])
    }
    let last = read(steps.carries[0], queries[n..<n + 1])
    return concatenate([steps.outputs[0], last], axis: 0)
  }

  func scanToQuery() -> Tensor {
    let steps = graph.scan(
      initial: [start], sequences: [values, keys], shared: [gate], outputs: 0
    ) { step in ([next(step)], []) }
    return read(steps.carries[0], queries)
  }

  private func next(_ step: ScanStep) -> Tensor {
    let gate = step.shared[0]
    return gate.reshaped([gate.extent(0), 1]) * step.carries[0]
      + einsum("i,j->ij", step.slices[0], step.slices[1])
  }

  /// The state after one more token, where values and keys have one row.
  func next(after state: Tensor) -> Tensor {
    gate.reshaped([width, 1]) * state + einsum("ti,tj->ij", values, keys)
  }

  func read(_ state: Tensor, _ queries: Tensor) -> Tensor {
    einsum("oi,pi->po", readout, einsum("ij,pj->pi", state, queries))
  }

  // MARK: All states at once

  /// S_1 … S_N, [N, m, m].
  private var states: Tensor {
    let added = einsum("ti,tj->tij", values, keys)
    let gates = gate.reshaped([1, width, 1]).broadcast(to: [length, width, width])
    return linearRecurrence(gates, added).named("states")
  }

  func stack() -> Tensor {
    let before = states.padded(axis: 0, before: 1)
    return einsum("oi,pi->po", readout, einsum("pij,pj->pi", before, queries))
  }

  func stackToQuery() -> Tensor {
    read(states[length - 1..<length].reshaped([width, width]), queries)
  }
}
