extension Graph {
  /// The posterior mean over equally likely linear tasks at the scored positions, [positions, O].
  ///
  /// At position k, with the pairs j < k (at the query: all N):
  ///     p_m ∝ exp(-1/(2σ²) Σ_j |y_j - w_mᵀ x_j|²),   prediction Σ_m p_m w_mᵀ x_k.
  /// tasks [M, D, O]; noiseVariance σ² has one element and must be above 0. Tasks are taken in blocks
  /// of `block`, so that what is computed for a block stays in the caches.
  public func taskPosterior(
    for task: Signature, tasks: Tensor, noiseVariance: Tensor, block: Int = 32
  ) -> Tensor {
    let n = task.contextLength
    let outputs = task.outputDimension
    let scale = (0.5 / noiseVariance).squareRoot().reshaped([1])
    // Residuals are one product: of (x; y), with y = 0 at the query, and (w; -1).
    let labels = input("y").padded(axis: 0, after: 1)
    let tokens = scale * concatenate([input("x"), labels], axis: -1)
    let minus = constant([1, outputs, outputs]) { $0[1] == $0[2] ? -1 : 0 }
    let count = tasks.extent(0)
    let weights = concatenate(
      [tasks, minus.broadcast(to: [count, outputs, outputs])], axis: 1)

    let sums = PosteriorSums(isQuery: task.scoring == .query)
    var state = sums.start(self, positions: task.positions, outputs: outputs)
    let (blocks, rest) = (count / block, count % block)
    if blocks > 0 {
      let whole = weights[0..<blocks * block]
      state =
        scan(
          initial: state,
          sequences: [whole.reshaped([blocks, block] + weights.shape.dropFirst())],
          shared: [tokens], outputs: 0
        ) { step in
          (sums.adding(step.slices[0], to: step.carries, tokens: step.shared[0]), [])
        }.carries
    }
    if rest > 0 { state = sums.adding(weights[blocks * block..<count], to: state, tokens: tokens) }
    let residual = state[2] / (state[1] * scale).reshaped([task.positions, 1])
    return residual + labels[n + 1 - task.positions..<n + 1]
  }
}

/// Sums over tasks of exp(-E) and of exp(-E) r, block by block.
///
/// r = w x - y are the residuals, scaled so that E = Σ_j |r_j|². All is kept relative to the least E
/// of the tasks so far, so that it neither overflows nor vanishes: [least E, Σ, Σ r] of each position.
private struct PosteriorSums {
  let isQuery: Bool

  func start(_ graph: Graph, positions: Int, outputs: Int) -> [Tensor] {
    [
      graph.constant([positions]) { _ in 1e30 }, graph.zeros([positions]),
      graph.zeros([positions, outputs]),
    ]
  }

  func adding(_ weights: Tensor, to state: [Tensor], tokens: Tensor) -> [Tensor] {
    let count = tokens.extent(0)
    let residuals = einsum("pd,mdo->pmo", tokens, weights)
    let (tasks, outputs) = (residuals.extent(1), residuals.extent(2))
    func errors(_ residuals: Tensor) -> Tensor {
      let squares = residuals.squared()
      return outputs == 1
        ? squares.reshaped(Array(squares.shape.dropLast())) : squares.sum(axis: -1)
    }
    let asked = isQuery ? residuals[count - 1..<count] : residuals
    let misfits =
      isQuery
      ? errors(residuals[0..<count - 1]).sum(axis: 0, keepAxis: true)
      : errors(residuals).cumulativeSum(axis: 0, exclusive: true)
    let positions = asked.extent(0)
    let least = minimum(state[0], smallest(misfits))
    let weight = (least.reshaped([positions, 1]) - misfits).exp()
    let fade = (least - state[0]).exp()
    let sum =
      outputs == 1
      ? einsum("pm,pm->p", weight, asked.reshaped([positions, tasks])).reshaped([positions, 1])
      : einsum("pm,pmo->po", weight, asked)
    return [
      least, fade * state[1] + weight.sum(axis: 1),
      fade.reshaped([positions, 1]) * state[2] + sum,
    ]
  }

  /// The least of each row. By halves at first, which spares a pass for the signs.
  private func smallest(_ rows: Tensor) -> Tensor {
    var rows = rows
    while rows.extent(1) > 8 {
      let (count, half) = (rows.extent(1), (rows.extent(1) + 1) / 2)
      // The middle of an odd number is in both halves.
      rows = minimum(rows.slice(0..<half, axis: 1), rows.slice(count - half..<count, axis: 1))
    }
    return -(-rows).max(axis: 1)
  }
}
