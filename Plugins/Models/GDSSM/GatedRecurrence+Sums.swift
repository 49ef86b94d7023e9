import ICLKit

// Without a state: S_t = Σ_s diag(a^{t-s}) v_s k_sᵀ, so that
//     w S_t q = Σ_{s ≤ t} g_ts (k_s · q),   g_ts = Σ_i w_i a_i^{t-s} v_si.
// Powers of a have exponents of at least 0, so they never overflow.
extension GatedRecurrence {
  /// Scored at the query: one sum over tokens, whose weights depend on parameters alone.
  func weightedSum() -> Tensor {
    let n = length
    let weights = powers([n]) { Double(n - 1 - $0[0]) }
    let gains = einsum("ti,oti->to", values, weighted(weights))
    return einsum("to,tp->po", gains, einsum("tj,pj->tp", keys, queries))
  }

  /// Scored at every prefix: sums inside chunks of C tokens, and the state between chunks.
  ///
  /// With chunks c and places t, s in them, and R_c the state before chunk c:
  ///     ŷ_ct = Σ_{s < t} g_{t-1,s} (k_cs · q_ct) + Σ_i w_i a_i^t (R_c q_ct)_i
  ///     R_{c+1} = diag(a^C) R_c + Σ_s diag(a^{C-1-s}) v_cs k_csᵀ
  func chunked(_ size: Int) -> Tensor {
    let positions = queries.extent(0)
    let size = min(size, positions)
    let count = (positions + size - 1) / size
    // Tokens of zeros fill the last chunk; they add nothing.
    func chunks(_ tokens: Tensor) -> Tensor {
      let missing = count * size - tokens.extent(0)
      let whole = missing == 0 ? tokens : tokens.padded(axis: 0, after: missing)
      return whole.reshaped([count, size, width])
    }
    let (v, k, q) = (chunks(values), chunks(keys), chunks(queries))
    let causal = graph.causalMask(size, size, strictly: true)
    let inside = powers([size, size]) { Double(max($0[0] - 1 - $0[1], 0)) }
    let gains = einsum("otsi,csi->octs", weighted(inside * causal.reshaped([size, size, 1])), v)
    let within = einsum("octs,cts->cto", gains, einsum("ctj,csj->cts", q, k))
    if count == 1 { return flat(within, positions) }

    let tail = powers([size]) { Double(size - 1 - $0[0]) }
    let added = einsum("csi,csj->cij", v * tail, k)
    let gates = powers([1]) { _ in Double(size) }.reshaped([1, width, 1])
    let states = linearRecurrence(
      gates.broadcast(to: [count - 1, width, width]), added[0..<count - 1])
    let before = states.padded(axis: 0, before: 1)
    let elapsed = weighted(powers([size]) { Double($0[0]) })
    let across = einsum("otcj,ctj->cto", einsum("oti,cij->otcj", elapsed, before), q)
    return flat(within + across, positions)
  }

  /// a_i to the power at each index, [shape…, m].
  private func powers(_ shape: [Int], _ exponent: ([Int]) -> Double) -> Tensor {
    let logarithm = -(-decay).softplus()
    return (graph.constant(shape + [1]) { exponent(Array($0.dropLast())) } * logarithm).exp()
  }

  /// w_oi times weights [shape…, m], [O, shape…, m].
  private func weighted(_ weights: Tensor) -> Tensor {
    let shape = [readout.extent(0)] + weights.shape.dropLast().map { _ in 1 } + [width]
    return readout.reshaped(shape) * weights
  }

  private func flat(_ chunks: Tensor, _ positions: Int) -> Tensor {
    let outputs = readout.extent(0)
    return chunks.reshaped([chunks.extent(0) * chunks.extent(1), outputs])[0..<positions]
  }
}
