import ICLKit

/// The recurrence and what is around it, from tokens [T, m] to predictions [T, O].
struct SelectiveScan {
  let weights: SelectiveWeights

  /// All states at once: T · channels · state values, several times over.
  func allStates(_ tokens: Tensor) -> Tensor {
    let tokens = weights.project(tokens).named()
    return weights.predict(
      states(tokens.step, tokens.step * tokens.u, tokens.write, weights.rate, from: nil).read(
        tokens.read), tokens)
  }

  /// One token and the state before it.
  func oneToken(_ tokens: Tensor, after state: Tensor) -> (prediction: Tensor, state: Tensor) {
    let projected = weights.project(tokens)
    let states = states(
      projected.step, projected.step * projected.u, projected.write, weights.rate, from: state)
    return (weights.predict(states.read(projected.read), projected), states.last)
  }

  func tokenByToken(_ tokens: Tensor) -> Tensor {
    let graph = tokens.graph
    let tokens = weights.project(tokens).named()
    let rate = weights.rate
    let sums = graph.scan(
      initial: [graph.zeros(rate.shape)],
      sequences: [tokens.step, tokens.step * tokens.u, tokens.write, tokens.read], shared: [rate],
      outputs: 1
    ) { step in
      let decay = einsum("c,cs->cs", step.slices[0], step.shared[0]).exp()
      let state = decay * step.carries[0] + einsum("c,s->cs", step.slices[1], step.slices[2])
      return ([state], [einsum("cs,s->c", state, step.slices[3])])
    }.outputs[0]
    return weights.predict(sums, tokens)
  }

  /// Chunk by chunk, and in a chunk a few channels at a time, so that states stay in the caches.
  ///
  /// A scan keeps only its carries for the way back: here the state before each chunk. All else,
  /// projections included, is computed again. The sums Σ_s C_t[s] h_t[·,s] leave the scan, and a second
  /// one makes predictions of them, so that the way back need not compute them again.
  func chunked(_ tokens: Tensor, size: Int, block: Int) -> Tensor {
    let graph = tokens.graph
    let (length, width) = (tokens.extent(0), tokens.extent(1))
    let (channels, state) = (weights.rate.extent(0), weights.rate.extent(1))
    let block = (1...min(block, channels)).last { channels % $0 == 0 } ?? 1
    let blocks = channels / block
    let count = (length + size - 1) / size
    // Tokens of zeros fill the last chunk; nothing comes after them.
    let missing = count * size - length
    let whole = missing == 0 ? tokens : tokens.padded(axis: 0, after: missing)

    let chunks = whole.reshaped([count, size, width])
    let sums = graph.scan(
      initial: [graph.zeros([blocks, block, state])], sequences: [chunks], shared: weights.list,
      outputs: 1
    ) { chunk in
      let weights = SelectiveWeights(chunk.shared)
      let tokens = weights.project(chunk.slices[0])
      func split(_ values: Tensor) -> Tensor {
        values.reshaped([size, blocks, block]).transposed([1, 0, 2])
      }
      let inner = chunk.graph.scan(
        initial: [],
        sequences: [
          split(tokens.step), split(tokens.step * tokens.u),
          weights.rate.reshaped([blocks, block, state]), chunk.carries[0],
        ], shared: [tokens.write, tokens.read], outputs: 2
      ) { part in
        let states = states(
          part.slices[0], part.slices[1], part.shared[0], part.slices[2], from: part.slices[3])
        return ([], [states.read(part.shared[1]), states.last])
      }
      let sums = inner.outputs[0].transposed([1, 0, 2]).reshaped([size, channels])
      return ([inner.outputs[1]], [sums])
    }.outputs[0]
    let predictions = graph.scan(
      initial: [], sequences: [chunks, sums], shared: weights.list, outputs: 1
    ) { chunk in
      let weights = SelectiveWeights(chunk.shared)
      let tokens = weights.project(chunk.slices[0])
      return ([], [weights.predict(chunk.slices[1], tokens)])
    }.outputs[0]
    return predictions.reshaped([count * size, predictions.extent(-1)])[0..<length]
  }

  /// h_1 … h_T of some channels, from Δ and Δ u [T, c], B [T, s], A [c, s] and h_0 [c, s].
  private func states(
    _ step: Tensor, _ added: Tensor, _ write: Tensor, _ rate: Tensor, from initial: Tensor?
  ) -> States {
    let decay = einsum("tc,cs->tcs", step, rate).exp()
    return States(
      values: linearRecurrence(
        decay, einsum("tc,ts->tcs", added, write), initial: initial))
  }
}

private struct States {
  let values: Tensor

  /// Σ_s C_t[s] h_t[·,s]
  func read(_ weights: Tensor) -> Tensor { einsum("tcs,ts->tc", values, weights) }

  var last: Tensor {
    let end = values.extent(0)
    return values[end - 1..<end].reshaped(Array(values.shape.dropFirst()))
  }
}
