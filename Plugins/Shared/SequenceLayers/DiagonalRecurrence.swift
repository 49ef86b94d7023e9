import ICLKit

/// How a recurrence is computed; the result is the same.
public enum RecurrenceForm: String, OptionChoice {
  /// Token by token.
  case scan
  /// All states side by side.
  case recurrence
  /// The states of some tokens side by side, then those of the next; only states between are kept.
  case chunked
}

/// Some tokens in a row, in the body of a scan or outside.
public struct Span {
  public let graph: Graph
  /// [T, …] each.
  public let sequences: [Tensor]
  public let shared: [Tensor]
  public var length: Int { sequences[0].extent(0) }

  public init(_ graph: Graph, sequences: [Tensor], shared: [Tensor]) {
    self.graph = graph
    self.sequences = sequences
    self.shared = shared
  }
}

/// A layer whose state changes element by element: h_t = a_t ⊙ h_{t-1} + b_t, o_t = read(h_t).
public protocol DiagonalCell {
  /// a and b, [T, state…].
  func terms(_ span: Span) -> (decay: Tensor, added: Tensor)
  /// o [T, …] from h_1 … h_T.
  func outputs(_ states: Tensor, _ span: Span) -> Tensor
  /// h_1 … h_T from the recurrence's values, where it runs in a frame that moves from token to token
  /// and stands still at the first of a span.
  func restored(_ states: Tensor, _ span: Span) -> Tensor
}

extension DiagonalCell {
  public func restored(_ states: Tensor, _ span: Span) -> Tensor { states }

  /// o [T, …] and the last state, from h_0.
  public func run(
    _ form: RecurrenceForm, chunk: Int, sequences: [Tensor], shared: [Tensor], from start: Tensor
  ) -> (outputs: Tensor, last: Tensor) {
    let length = sequences[0].extent(0)
    switch form {
    case .scan: return blocks(of: 1, sequences, shared, start)
    case .recurrence:
      return block(Span(start.graph, sequences: sequences, shared: shared), start)
    case .chunked:
      let size = min(chunk, length)
      let whole = length / size * size
      var parts: [Tensor] = []
      var state = start
      if whole > size {
        let result = blocks(of: size, sequences.map { $0[0..<whole] }, shared, state)
        parts.append(result.outputs)
        state = result.last
      }
      let first = parts.isEmpty ? 0 : whole
      for range in [first..<whole, whole..<length] where !range.isEmpty {
        let rest = Span(start.graph, sequences: sequences.map { $0[range] }, shared: shared)
        let result = block(rest, state)
        parts.append(result.outputs)
        state = result.last
      }
      return (parts.count == 1 ? parts[0] : concatenate(parts, axis: 0), state)
    }
  }

  /// Block after block of this size, which divides the length.
  private func blocks(
    of size: Int, _ sequences: [Tensor], _ shared: [Tensor], _ start: Tensor
  ) -> (outputs: Tensor, last: Tensor) {
    let count = sequences[0].extent(0) / size
    let result = start.graph.scan(
      initial: [start],
      sequences: sequences.map { $0.reshaped([count, size] + $0.shape.dropFirst()) },
      shared: shared, outputs: 1
    ) { step in
      let span = Span(step.graph, sequences: step.slices, shared: step.shared)
      let result = block(span, step.carries[0])
      return ([result.last], [result.outputs])
    }
    let outputs = result.outputs[0]
    return (outputs.reshaped([count * size] + outputs.shape.dropFirst(2)), result.carries[0])
  }

  private func block(_ span: Span, _ start: Tensor) -> (outputs: Tensor, last: Tensor) {
    let (decay, added) = terms(span)
    let shape = start.shape
    let length = span.length
    let raw =
      length == 1
      ? decay * start.reshaped([1] + shape) + added
      : linearRecurrence(decay, added, initial: start)
    let states = restored(raw, span)
    return (outputs(states, span), states[length - 1..<length].reshaped(shape))
  }
}
