import ICLKit
import SequenceLayers

/// h_t = |Ā| e^{iθ} h_{t-1} + B̄ u_t as a recurrence with real factors.
///
/// In the frame g_t = e^{-iθt} h_t, t counted from the start of a span, g_t = |Ā| g_{t-1} +
/// e^{-iθt} B̄ u_t. So angles stay below θ times the length of a span.
struct ComplexCell: DiagonalCell {
  /// [T, 2, pairs]
  func terms(_ span: Span) -> (decay: Tensor, added: Tensor) {
    let added = einsum("tw,xpw->txp", span.sequences[0], span.shared[2])
    let turned = turn(added, span.shared[1], backwards: true)
    let factors = span.shared[0].reshaped([1, 1, added.extent(2)])
    return (factors.broadcast(to: added.shape), turned)
  }

  func restored(_ states: Tensor, _ span: Span) -> Tensor {
    turn(states, span.shared[1], backwards: false)
  }

  /// 2 Re(C h), [T, width].
  func outputs(_ states: Tensor, _ span: Span) -> Tensor {
    let signs = span.graph.constant([2, -2], [2, 1, 1])
    return einsum("txp,xwp->tw", states, signs * span.shared[3])
  }

  /// Row t times e^{± iθ(t + 1)}.
  private func turn(_ values: Tensor, _ angle: Tensor, backwards: Bool) -> Tensor {
    let (length, pairs) = (values.extent(0), values.extent(2))
    let sign = backwards ? -1.0 : 1.0
    let turns = values.graph.constant([length, 1]) { sign * Double($0[0] + 1) }
    let angles = turns * angle.reshaped([1, pairs])
    func part(_ number: Int) -> Tensor {
      values.slice(number..<number + 1, axis: 1).reshaped([length, pairs])
    }
    let turned = Complex(angles.cos(), angles.sin()) * Complex(part(0), part(1))
    return concatenate(
      [turned.real, turned.imaginary].map { $0.reshaped([length, 1, pairs]) }, axis: 1)
  }
}
