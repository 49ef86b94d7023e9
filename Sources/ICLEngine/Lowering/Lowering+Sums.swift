import CICLBackend
import ICLGraph

extension Lowering {
  /// A sum of products. `into` is an accumulator, which receives the sum over prompts, or an array
  /// to which the result is added; or it is added to `adding`, which is laid out as `into`. `out` is an
  /// array for a sum of two operands.
  func einsum(
    _ spec: EinsumSpec, _ inputs: [View], _ shape: Shape, isBatched: Bool, into: View? = nil,
    adding: View? = nil, out given: View? = nil
  ) -> View {
    guard var right = spec.right else { return single(spec, inputs[0]) }
    var left = spec.left
    var a = inputs[0]
    var b = inputs[1]
    // Letters of one operand that are neither kept nor shared are summed first.
    (a, left) = presummed(a, left, keeping: Set(right).union(spec.output))
    (b, right) = presummed(b, right, keeping: Set(left).union(spec.output))
    let out = into ?? given ?? allocate(shape, isBatched: isBatched)
    // An empty sum: kernels add up at least one product.
    if zip(left, a.shape.extents).contains(where: { $1 == 0 && !spec.output.contains($0) }) {
      if let adding {
        copy(adding, to: out)
      } else if into == nil, shape.count > 0 {
        fill(out, 0)
      }
      return out
    }
    if out.isBatched && !a.isBatched && !b.isBatched {
      let spread = allocate(b.shape, isBatched: true)
      copy(b, to: spread)
      b = spread
    }
    // The kernel takes the operand that is the same for all lanes first.
    if out.isBatched && a.isBatched && !b.isBatched {
      (a, b) = (b, a)
      (left, right) = (right, left)
    }
    // The vectors of an element are one more axis: of the result, or summed with the lanes.
    let count = vectorCount([a, b, out])
    let isSummed = sums(out) != 0
    func unrolled(_ view: View, _ labels: [Int]) -> (View, [Int]) {
      view.isBatched || isSummed ? (view.unrolled(count), labels + [Self.lanes]) : (view, labels)
    }
    (a, left) = unrolled(a, left)
    (b, right) = unrolled(b, right)
    let isKept = out.isBatched && !isSummed
    contract(
      a, left, b, right, isKept ? out.unrolled(count) : out,
      isKept ? spec.output + [Self.lanes] : spec.output, adds: into != nil, adding: adding)
    return out
  }

  /// The label of the vectors of an element.
  private static let lanes = -1

  private func contract(
    _ a: View, _ left: [Int], _ b: View, _ right: [Int], _ out: View, _ output: [Int],
    adds: Bool, adding: View?
  ) {
    var (a, b, left, right) = (a, b, left, right)
    // A repeated axis is none of this operand's, if the other one has it.
    (a, left) = withoutRepeats(a, left, other: right, b, output)
    (b, right) = withoutRepeats(b, right, other: left, a, output)
    // Where both are of the same kind, the one with more axes of its own gives the rows.
    let own = (left.filter { !right.contains($0) }, right.filter { !left.contains($0) })
    if a.isBatched == b.isBatched, own.0.isEmpty, !own.1.isEmpty {
      (a, b, left, right) = (b, a, right, left)
    }
    func extent(_ label: Int) -> Int {
      left.firstIndex(of: label).map { a.shape[$0] } ?? b.shape[right.firstIndex(of: label)!]
    }
    func stride(_ label: Int, _ labels: [Int], _ view: View) -> Int {
      labels.firstIndex(of: label).map { view.strides[$0] } ?? 0
    }
    // Counted is what one prompt takes; other vectors are other prompts.
    let share = (left + right).contains(Self.lanes) ? 1 / Double(extent(Self.lanes)) : 1
    let summed = left.filter { right.contains($0) && !output.contains($0) }
    let depth = summed.map(extent).reduce(1, *)
    if depth == 1 && !adds {
      count(out, 2 * share)
      // An outer product, or elementwise: nothing is summed.
      let draft = Draft(
        ICL_OP_BINARY, variant: Int(BinaryOperation.multiply.rawValue),
        flags: flags(out: out, a, b))
      operand(out, to: draft)
      operand(a, to: draft)
      operand(b, to: draft)
      walkAll(
        output.map(extent),
        [
          output.map { stride($0, output, out) }, output.map { stride($0, left, a) },
          output.map { stride($0, right, b) },
        ], to: draft)
      emit(draft)
      return
    }
    let groups = output.filter { left.contains($0) && right.contains($0) }
    var rows = output.filter { left.contains($0) && !right.contains($0) }
    var columns = output.filter { !left.contains($0) && right.contains($0) }
    let sums = sums(out)
    func isRun(_ labels: [Int], _ own: [Int], _ view: View) -> Bool {
      offsets(extents: labels.map(extent), strides: labels.map { stride($0, own, view) })
        .enumerated().allSatisfy { $0.offset == $0.element }
    }
    // Where the result's rows follow each other in memory, and its columns do not, they change places.
    if a.isBatched == b.isBatched, !isRun(columns, output, out) || columns.isEmpty,
      isRun(rows, output, out), !rows.isEmpty
    {
      (a, b, left, right) = (b, a, right, left)
      (rows, columns) = (columns, rows)
    }
    // The lower triangle of a symmetric result is the upper one's.
    let isSymmetric =
      a.isBatched && out.isBatched && sums == 0 && !adds && adding == nil && a.base == b.base
      && a.offset == b.offset
      && rows.map(extent) == columns.map(extent) && rows.map(extent).reduce(1, *) > 4
      && rows.map({ stride($0, left, a) }) == columns.map({ stride($0, right, b) })
      && (groups + summed).allSatisfy { stride($0, left, a) == stride($0, right, b) }
    let side = Double(rows.map(extent).reduce(1, *))
    count(out, 2 * share * Double(depth) * (isSymmetric ? (side + 1) / (2 * side) : 1))
    var variant = isSymmetric ? Int(ICL_SYMMETRIC) : 0
    if !out.isBatched || sums != 0 {
      if !columns.isEmpty, isRun(columns, output, out) { variant |= Int(ICL_RUN_OUT) }
      if !columns.isEmpty, isRun(columns, right, b) { variant |= Int(ICL_RUN_1) }
    }
    let draft = Draft(
      ICL_OP_EINSUM, variant: variant,
      flags: flags(out: out, a, b) | sums
        | (adding != nil ? ICL_ADDS_OPERAND : adds && sums == 0 ? ICL_ACCUMULATES : 0))
    operand(out, to: draft)
    if let adding { operand(adding, to: draft) }
    operand(a, to: draft)
    operand(b, to: draft)
    func table(_ labels: [Int], _ own: [Int], _ view: View) {
      draft.table.append(
        contentsOf: offsets(
          extents: labels.map(extent), strides: labels.map { stride($0, own, view) }
        ).map(Int32.init))
    }
    for labels in [groups, rows, columns] { draft.append(labels.map(extent).reduce(1, *)) }
    // The inner loop over what is summed has one stride for each operand: of the last axis, with
    // those before it that run on without a gap.
    var inner = (extent: 1, a: 0, b: 0)
    var outer = summed
    while let label = outer.last {
      let (sa, sb) = (stride(label, left, a), stride(label, right, b))
      if inner.extent == 1 {
        inner = (extent(label), sa, sb)
      } else if sa == inner.a * inner.extent, sb == inner.b * inner.extent {
        inner.extent *= extent(label)
      } else {
        break
      }
      outer.removeLast()
    }
    draft.append([outer.map(extent).reduce(1, *), inner.extent, inner.a, inner.b])
    table(groups, output, out)
    table(groups, left, a)
    table(groups, right, b)
    table(rows, output, out)
    table(rows, left, a)
    table(columns, output, out)
    table(columns, right, b)
    table(outer, left, a)
    table(outer, right, b)
    emit(draft)
  }

  /// The view without kept axes along which it repeats and which the other operand has.
  private func withoutRepeats(
    _ view: View, _ labels: [Int], other: [Int], _ otherView: View, _ output: [Int]
  ) -> (View, [Int]) {
    let kept = labels.indices.filter { axis in
      guard view.strides[axis] == 0, view.shape[axis] != 1, output.contains(labels[axis]),
        let place = other.firstIndex(of: labels[axis])
      else { return true }
      return otherView.strides[place] == 0
    }
    var reduced = view
    reduced.strides = kept.map { view.strides[$0] }
    reduced.shape = Shape(kept.map { view.shape[$0] })
    return (reduced, kept.map { labels[$0] })
  }

  private func presummed(_ view: View, _ labels: [Int], keeping: Set<Int>) -> (View, [Int]) {
    let axes = labels.indices.filter { !keeping.contains(labels[$0]) }
    if axes.isEmpty { return (view, labels) }
    return (reduce(.sum, axes, view), labels.filter { keeping.contains($0) })
  }

  private func single(_ spec: EinsumSpec, _ a: View) -> View {
    let axes = spec.left.indices.filter { !spec.output.contains(spec.left[$0]) }
    let kept = spec.left.filter { spec.output.contains($0) }
    let summed = axes.isEmpty ? a : reduce(.sum, axes, a)
    let permutation = spec.output.map { kept.firstIndex(of: $0)! }
    return summed.transposed(permutation, Shape(permutation.map { summed.shape[$0] }))
  }

  func reduce(_ reduction: Reduction, _ axes: [Int], _ a: View) -> View {
    let kept = a.shape.extents.indices.filter { !axes.contains($0) }
    let out = allocate(a.shape.removing(axes), isBatched: a.isBatched)
    let draft = Draft(
      ICL_OP_REDUCE, variant: Int(reduction.rawValue), flags: flags(out: out, a))
    operand(out, to: draft)
    operand(a, to: draft)
    draft.table = offsets(
      extents: axes.map { a.shape[$0] }, strides: a.strides(of: axes)
    ).map(Int32.init)
    draft.append(draft.table.count)
    walk(
      kept.map { a.shape[$0] }, [(out.strides, out), (a.strides(of: kept), a)], to: draft)
    emit(draft)
    if a.isBatched { flops += Double(a.shape.count) }
    return out
  }

  func firstMaximum(_ axes: [Int], _ a: View, _ id: NodeID) -> View {
    let kept = a.shape.extents.indices.filter { !axes.contains($0) }
    let out = allocate(id)
    var a = a
    if out.isBatched && !a.isBatched {
      let spread = allocate(a.shape, isBatched: true)
      copy(a, to: spread)
      a = spread
    }
    let draft = Draft(ICL_OP_FIRST_MAXIMUM, flags: flags(out: out, a))
    operand(out, to: draft)
    operand(a, to: draft)
    let extents = axes.map { a.shape[$0] }
    let read = offsets(extents: extents, strides: a.strides(of: axes))
    let written = offsets(extents: extents, strides: out.strides(of: axes))
    draft.table = (read + written).map(Int32.init)
    draft.append(read.count)
    walk(
      kept.map { a.shape[$0] }, [(out.strides(of: kept), out), (a.strides(of: kept), a)],
      to: draft)
    emit(draft)
    return out
  }
}
