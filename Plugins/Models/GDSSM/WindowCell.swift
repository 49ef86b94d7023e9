import ICLKit
import SequenceLayers

/// Sums of outer products over windows X_t [3, P], several at once, and the descent that reads them.
///
///     S_t^a = Λ̄^a ⊙ S_{t-1}^a + X_tᵀ w^a X_t,   a = 1…A
/// Sequences: the windows [T, 3, P]. Shared: w [A, 3, 3], Λ̄ [A, P, P], C [R, P, P], d [3].
struct WindowCell: DiagonalCell {
  enum Plan {
    /// o = C Sᵀ q, q = X_tᵀ d.
    case one
    /// Z_k = C_k S_kᵀ from three sums: o = (Z_1 + Z_1 Z_2 + Z_3) q.
    case three
    /// From S_Y and S_G: Z_k = Z_{k-1} (I + C_{K+k} S_Gᵀ) + C_k S_Yᵀ, o = Z_K q.
    case descent(steps: Int)

    var sums: Int {
      switch self {
      case .one: 1
      case .three: 3
      case .descent: 2
      }
    }
    var readouts: Int {
      switch self {
      case .one: 1
      case .three: 3
      case .descent(let steps): 2 * steps
      }
    }
  }

  let plan: Plan

  func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
    let windows = span.sequences[0]
    let (gating, decay) = (span.shared[0], span.shared[1])
    let mixed = einsum("xab,tbc->txac", gating, windows)
    let added = einsum("tar,txac->txrc", windows, mixed)
    return (decay.reshaped([1] + decay.shape).broadcast(to: added.shape), added)
  }

  /// o [T, P] from S_1 … S_T, [T, A, P, P].
  func outputs(_ states: Tensor, _ span: Span) -> Tensor {
    let asked = einsum("a,tar->tr", span.shared[3], span.sequences[0])
    let width = asked.extent(1)
    func state(_ number: Int) -> Tensor {
      states.slice(number..<number + 1, axis: 1).reshaped([states.extent(0), width, width])
    }
    /// C Sᵀ v.
    func apply(_ number: Int, _ sum: Int, _ vector: Tensor) -> Tensor {
      let readout = span.shared[2][number..<number + 1].reshaped([width, width])
      return einsum("kl,tl->tk", readout, einsum("trl,tr->tl", state(sum), vector))
    }
    switch plan {
    case .one: return apply(0, 0, asked)
    case .three:
      return apply(0, 0, asked) + apply(0, 0, apply(1, 1, asked)) + apply(2, 2, asked)
    case .descent(let steps):
      // Z_K v = Z_{K-1} (v + C_{2K} S_Gᵀ v) + C_K S_Yᵀ v, from the last step to the first.
      var (vector, sum) = (asked, apply(steps - 1, 0, asked))
      for step in (1..<max(steps, 1)).reversed() {
        vector = vector + apply(steps + step, 1, vector)
        sum = sum + apply(step - 1, 0, vector)
      }
      return sum
    }
  }
}

extension WindowCell {
  /// The last output alone, [1, P]: a sum over windows whose weights depend on parameters alone.
  func lastOutput(_ windows: Tensor, _ shared: [Tensor]) -> Tensor {
    let graph = windows.graph
    let span = Span(graph, sequences: [windows], shared: shared)
    let added = terms(span).added
    let count = windows.extent(0)
    let rates = shared[4].reshaped([1] + shared[4].shape)
    let exponents = graph.constant([count, 1, 1, 1]) { Double(count - 1 - $0[0]) }
    let state = ((exponents * rates).exp() * added).sum(axis: 0, keepAxis: true)
    let last = Span(graph, sequences: [windows[count - 1..<count]], shared: shared)
    return outputs(state, last)
  }
}
