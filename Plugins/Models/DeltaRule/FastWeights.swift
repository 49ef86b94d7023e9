import ICLKit

/// W ← W + η/m Σ_block (v - W k) kᵀ over keys [N, D] and values [N, O], W = 0 at first.
///
/// Asked by one row, the last weights answer; by N + 1 rows, row p is answered by the weights after p
/// pairs, where a block counts when it is complete.
struct FastWeights {
  /// η, [1].
  let rate: Tensor
  /// m
  let size: Int

  struct State {
    /// [O, D]
    var weights: Tensor
    /// What the pairs of the unfinished block add, [O, D].
    var gathered: Tensor
    /// Pairs in it, [1, 1].
    var count: Tensor
  }

  /// One more pair: key [1, D], value [1, O].
  func next(_ state: State, key: Tensor, value: Tensor) -> State {
    Self.next(state, key, value, rate, size)
  }

  private static func next(
    _ state: State, _ key: Tensor, _ value: Tensor, _ rate: Tensor, _ size: Int
  ) -> State {
    let graph = key.graph
    let residual = value - einsum("od,td->to", state.weights, key)
    let gathered =
      state.gathered + rate.reshaped([1, 1]) / Double(size) * einsum("to,td->od", residual, key)
    let count = state.count + 1
    let isFull = count.equal(to: graph.constant(Double(size)))
    return State(
      weights: state.weights + isFull * gathered, gathered: (1 - isFull) * gathered,
      count: (1 - isFull) * count)
  }

  // MARK: Forms

  func tokenByToken(_ keys: Tensor, _ values: Tensor, _ asked: Tensor) -> Tensor {
    let graph = keys.graph
    let (n, d, o) = (keys.extent(0), keys.extent(1), values.extent(1))
    let isLast = asked.extent(0) == 1
    let size = size
    let steps = graph.scan(
      initial: [graph.zeros([o, d]), graph.zeros([o, d]), graph.zeros([1, 1])],
      sequences: [keys, values] + (isLast ? [] : [asked[0..<n]]), shared: [rate],
      outputs: isLast ? 0 : 1
    ) { step in
      let before = State(
        weights: step.carries[0], gathered: step.carries[1], count: step.carries[2])
      let after = Self.next(
        before, step.slices[0].reshaped([1, d]), step.slices[1].reshaped([1, o]), step.shared[0],
        size)
      let answers = isLast ? [] : [einsum("od,d->o", before.weights, step.slices[2])]
      return ([after.weights, after.gathered, after.count], answers)
    }
    return answered(steps.outputs.first, steps.carries[0], asked)
  }

  /// Two products for each block.
  func blockByBlock(_ keys: Tensor, _ values: Tensor, _ asked: Tensor) -> Tensor {
    let graph = keys.graph
    let (n, d, o) = (keys.extent(0), keys.extent(1), values.extent(1))
    let isLast = asked.extent(0) == 1
    let count = n / size
    guard count > 0 else { return einsum("td,od->to", asked, graph.zeros([o, d])) }
    func blocks(_ rows: Tensor) -> Tensor {
      rows[0..<count * size].reshaped([count, size, rows.extent(1)])
    }
    let scale = 1 / Double(size)
    let steps = graph.scan(
      initial: [graph.zeros([o, d])],
      sequences: [blocks(keys), blocks(values)] + (isLast ? [] : [blocks(asked)]), shared: [rate],
      outputs: isLast ? 0 : 1
    ) { step in
      let (weights, keys) = (step.carries[0], step.slices[0])
      let residual = step.slices[1] - einsum("od,td->to", weights, keys)
      let change = einsum("to,td->od", residual, keys)
      let next = weights + scale * step.shared[0].reshaped([1, 1]) * change
      return ([next], isLast ? [] : [einsum("od,td->to", weights, step.slices[2])])
    }
    let rows = steps.outputs.first.map { $0.reshaped([count * size, o]) }
    return answered(rows, steps.carries[0], asked)
  }

  /// m = 1, chunk after chunk. With keys K [C, D], values V [C, O] and W_0 before the chunk:
  ///     U = (I + η tril(K Kᵀ, -1))⁻¹ (V - K W_0ᵀ),   W_C = W_0 + η Uᵀ K
  ///     row t answers W_0 q_t + η Σ_{s<t} u_s (k_s · q_t)
  /// Yang et al. 2024 (arXiv 2406.06484), the WY form.
  func chunked(_ keys: Tensor, _ values: Tensor, _ asked: Tensor, _ chunk: Int) -> Tensor {
    let graph = keys.graph
    let (n, d, o) = (keys.extent(0), keys.extent(1), values.extent(1))
    let isLast = asked.extent(0) == 1
    let length = min(chunk, n)
    let count = (n + length - 1) / length
    // Keys of zeros fill the last chunk: they change nothing.
    func chunks(_ rows: Tensor) -> Tensor {
      let missing = count * length - n
      let whole = missing == 0 ? rows : rows.padded(axis: 0, after: missing)
      return whole.reshaped([count, length, rows.extent(1)])
    }
    let steps = graph.scan(
      initial: [graph.zeros([o, d])],
      sequences: [chunks(keys), chunks(values)] + (isLast ? [] : [chunks(asked[0..<n])]),
      shared: [rate], outputs: isLast ? 0 : 1
    ) { step in
      let (weights, keys) = (step.carries[0], step.slices[0])
      let rate = step.shared[0].reshaped([1, 1])
      let before = step.graph.causalMask(length, length, strictly: true)
      let triangle = rate * before * einsum("td,sd->ts", keys, keys)
      let start = step.slices[1] - einsum("od,td->to", weights, keys)
      let updates = rate * Self.solved(triangle, start)
      let next = weights + einsum("to,td->od", updates, keys)
      guard !isLast else { return ([next], []) }
      let queries = step.slices[2]
      let scores = before * einsum("td,sd->ts", queries, keys)
      let answers =
        einsum("od,td->to", weights, queries) + einsum("ts,so->to", scores, updates)
      return ([next], [answers])
    }
    let rows = steps.outputs.first.map { $0.reshaped([count * length, o])[0..<n] }
    return answered(rows, steps.carries[0], asked)
  }

  /// (I + L)⁻¹ B for a strictly lower triangle L.
  ///
  /// Powers of a large triangle grow beyond what cancels again, so halves are solved one after the other.
  static func solved(_ triangle: Tensor, _ right: Tensor) -> Tensor {
    let count = triangle.extent(0)
    guard count > 16 else { return solvedByPowers(triangle, right) }
    let half = count / 2
    let (upper, lower) = (triangle[0..<half], triangle[half..<count])
    let first = solved(upper.slice(0..<half, axis: 1), right[0..<half])
    let known = einsum("ts,so->to", lower.slice(0..<half, axis: 1), first)
    let second = solved(lower.slice(half..<count, axis: 1), right[half..<count] - known)
    return concatenate([first, second], axis: 0)
  }

  /// The triangle's powers vanish from its size on: the inverse is (I - L)(I + L²)(I + L⁴)….
  private static func solvedByPowers(_ triangle: Tensor, _ right: Tensor) -> Tensor {
    let count = triangle.extent(0)
    var (result, power, reach) = (right, triangle, 1)
    // The factors commute, so the first may be applied first.
    result = result - einsum("ts,so->to", power, result)
    while 2 * reach < count {
      power = einsum("ts,sr->tr", power, power)
      result = result + einsum("ts,so->to", power, result)
      reach *= 2
    }
    return result
  }

  /// Answers at the pairs, and that of the last weights at the query.
  private func answered(_ rows: Tensor?, _ weights: Tensor, _ asked: Tensor) -> Tensor {
    let last = asked.extent(0) - 1
    let final = einsum("od,td->to", weights, asked[last..<last + 1])
    guard let rows else { return final }
    let missing = last - rows.extent(0)
    guard missing > 0 else { return concatenate([rows, final], axis: 0) }
    let rest = einsum("od,td->to", weights, asked[last - missing..<last])
    return concatenate([rows, rest, final], axis: 0)
  }
}
