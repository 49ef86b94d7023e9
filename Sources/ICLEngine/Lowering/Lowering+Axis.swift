import CICLBackend
import ICLGraph

extension Lowering {
  private func others(_ shape: Shape, _ axis: Int) -> [Int] {
    shape.extents.indices.filter { $0 != axis }
  }

  func softmax(_ axis: Int, _ masked: Bool, _ inputs: [View], _ id: NodeID) -> View {
    let out = allocate(id)
    let scores = inputs[0]
    let mask = masked ? inputs[1] : scores
    let draft = Draft(ICL_OP_SOFTMAX, flags: flags(out: out, scores, mask))
    operand(out, to: draft)
    operand(scores, to: draft)
    draft.append(masked ? 1 : 0)
    operand(mask, to: draft)
    draft.append([out.shape[axis], out.strides[axis], scores.strides[axis], mask.strides[axis]])
    let rest = others(out.shape, axis)
    walk(
      rest.map { out.shape[$0] },
      [
        (out.strides(of: rest), out), (scores.strides(of: rest), scores),
        (mask.strides(of: rest), mask),
      ], to: draft)
    emit(draft)
    count(out, 4)
    return out
  }

  func cumulativeSum(
    _ axis: Int, _ exclusive: Bool, _ reverse: Bool, _ a: View, _ id: NodeID,
    ofSquares: Bool = false
  ) -> View {
    let out = allocate(id)
    var a = a
    if out.isBatched && !a.isBatched {
      let spread = allocate(a.shape, isBatched: true)
      copy(a, to: spread)
      a = spread
    }
    let draft = Draft(
      ICL_OP_CUMULATIVE_SUM, variant: ofSquares ? 1 : 0, flags: flags(out: out, a))
    operand(out, to: draft)
    operand(a, to: draft)
    draft.append([exclusive ? 1 : 0, reverse ? 1 : 0])
    draft.append([out.shape[axis], out.strides[axis], a.strides[axis]])
    let rest = others(out.shape, axis)
    walk(
      rest.map { out.shape[$0] },
      [(out.strides(of: rest), out), (a.strides(of: rest), a)], to: draft)
    emit(draft)
    count(out, ofSquares ? 2 : 1)
    return out
  }

  /// With a factor, what is added is the product of the second input and that.
  func recurrence(
    _ reverse: Bool, _ hasInitial: Bool, _ inputs: [View], factor: View? = nil, _ id: NodeID
  ) -> View {
    let out = allocate(id)
    let a = inputs[0]
    let b = inputs[1]
    let initial =
      hasInitial
      ? inputs[2]
      : b.sliced(
        start: [Int](repeating: 0, count: b.shape.rank),
        stride: [Int](repeating: 1, count: b.shape.rank), b.shape
      ).droppingFirstAxis
    let draft = Draft(
      ICL_OP_RECURRENCE, variant: factor == nil ? 0 : Int(ICL_ADDS_PRODUCT),
      flags: flags(out: out, a, b, initial))
    let factors = factor.map { [$0] } ?? []
    for view in [out, a, b, initial] + factors { operand(view, to: draft) }
    draft.append([hasInitial ? 1 : 0, reverse ? 1 : 0])
    draft.append([out.shape[0], out.strides[0], a.strides[0], b.strides[0]])
    draft.append(factors.map { $0.strides[0] })
    let rest = others(out.shape, 0)
    walk(
      rest.map { out.shape[$0] },
      [
        (out.strides(of: rest), out), (a.strides(of: rest), a), (b.strides(of: rest), b),
        (initial.strides, initial),
      ] + factors.map { ($0.strides(of: rest), $0) }, to: draft)
    emit(draft)
    count(out, factor == nil ? 2 : 3)
    return out
  }

  func gather(_ axis: Int, _ a: View, _ indices: View, _ id: NodeID) -> View {
    let out = allocate(id)
    let draft = Draft(ICL_OP_GATHER, flags: flags(out: out, a, indices))
    for view in [out, a, indices] { operand(view, to: draft) }
    draft.append([
      a.shape[axis], indices.shape[0], indices.strides[0], out.strides[axis], a.strides[axis],
    ])
    let rest = others(out.shape, axis)
    walk(
      rest.map { out.shape[$0] },
      [
        (out.strides(of: rest), out), (a.strides(of: rest), a),
        (rest.map { _ in 0 }, indices),
      ], to: draft)
    emit(draft)
    return out
  }

  func scatter(_ axis: Int, _ extent: Int, _ values: View, _ indices: View, _ id: NodeID) -> View {
    let out = allocate(id)
    fill(out, 0)
    let draft = Draft(ICL_OP_SCATTER, flags: flags(out: out, values, indices))
    for view in [out, values, indices] { operand(view, to: draft) }
    draft.append([
      extent, indices.shape[0], indices.strides[0], out.strides[axis], values.strides[axis],
    ])
    let rest = others(out.shape, axis)
    walk(
      rest.map { out.shape[$0] },
      [
        (out.strides(of: rest), out), (values.strides(of: rest), values),
        (rest.map { _ in 0 }, indices),
      ], to: draft)
    emit(draft)
    return out
  }

  func solve(_ a: View, _ b: View, _ id: NodeID) -> View {
    let out = allocate(id)
    let rank = out.shape.rank
    let n = a.shape[rank - 1]
    let columns = b.shape[rank - 1]
    let workspace = allocate([n * n + n], isBatched: out.isBatched, packed: true)
    let draft = Draft(ICL_OP_SOLVE, flags: flags(out: out, a, b))
    for view in [out, a, b, workspace] { operand(view, to: draft) }
    draft.append([n, columns])
    for view in [out, a, b] { draft.append([view.strides[rank - 2], view.strides[rank - 1]]) }
    let rest = Array(0..<(rank - 2))
    walk(
      rest.map { out.shape[$0] },
      [(out.strides(of: rest), out), (a.strides(of: rest), a), (b.strides(of: rest), b)], to: draft)
    emit(draft)
    let systems = rest.map { out.shape[$0] }.reduce(1, *)
    if out.isBatched {
      flops += Double(systems) * (Double(n * n * n) / 3 + 2 * Double(n * n * columns))
    }
    return out
  }

  /// Of a, or of a and a term that is best the same for all prompts.
  func cholesky(_ a: View, plus term: View? = nil, _ id: NodeID) -> View {
    let out = allocate(id)
    var a = a
    var shift = constant([0], []).broadcast(to: out.shape)
    if let term, term.isBatched {
      a = binary(.add, a, term, out: allocate(out.shape, isBatched: out.isBatched))
    } else if let term {
      shift = term
      count(out, 1)
    }
    if out.isBatched && !a.isBatched {
      let spread = allocate(a.shape, isBatched: true)
      copy(a, to: spread)
      a = spread
    }
    let rank = out.shape.rank
    let (rows, columns) = (out.shape[rank - 2], out.shape[rank - 1])
    let draft = Draft(ICL_OP_CHOLESKY, flags: flags(out: out, a))
    let views = [out, a, shift]
    for view in views { operand(view, to: draft) }
    draft.append([rows, columns])
    for view in views { draft.append([view.strides[rank - 2], view.strides[rank - 1]]) }
    let rest = Array(0..<(rank - 2))
    walk(rest.map { out.shape[$0] }, views.map { ($0.strides(of: rest), $0) }, to: draft)
    emit(draft)
    let perRow = Double(columns * columns)
    count(out, perRow * (Double(columns) / 3 + Double(rows - columns)) / Double(rows * columns))
    return out
  }
}

extension View {
  /// The first element along axis 0.
  var droppingFirstAxis: View {
    var view = self
    view.strides.removeFirst()
    view.shape.extents.removeFirst()
    return view
  }
}
