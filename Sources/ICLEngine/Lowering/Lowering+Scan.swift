import CICLBackend
import ICLGraph

extension Lowering {
  /// Emits a loop over the body's instructions. Returns the last carries and the stacked outputs.
  ///
  /// Slices and outputs are not copied: a space moves over them from step to step.
  func scan(_ body: ScanBody, _ inputs: [View], isBatched: Bool) throws -> [View] {
    let initial = inputs.prefix(body.carries.count)
    let sequences = inputs.dropFirst(body.carries.count).prefix(body.slices.count)
    let shared = inputs.suffix(body.shared.count)
    let before = flops

    let carries = initial.map { allocate($0.shape, isBatched: isBatched) }
    for (source, target) in zip(initial, carries) { copy(source, to: target) }
    let stacks = body.outputs.map {
      allocate(Shape([body.length] + body.graph.shape(of: $0).extents), isBatched: isBatched)
    }

    // The body has a frame and a list of its own.
    let outer = frame
    let outerDrafts = drafts
    let firstBuffer = buffers.count
    frame = Frame(graph: body.graph, allBatched: isBatched, parameters: outer.parameters)
    drafts = []
    var moves: [(space: Int, over: View)] = []
    func moving(_ view: View) -> View {
      var slice = view.droppingFirstAxis
      moves.append((movingSpaces, view))
      slice.base = .space(movingSpaces)
      slice.offset = 0
      movingSpaces += 1
      return slice
    }
    for (id, view) in zip(body.carries, carries) { frame.views[id] = view }
    for (id, view) in zip(body.slices, sequences) { frame.views[id] = moving(view) }
    for (id, view) in zip(body.shared, shared) { frame.views[id] = view }
    let order = body.graph.reachable(from: body.nextCarries + body.outputs)
    let uses = CompiledProgram.userCounts(body.graph, body.nextCarries + body.outputs)
    frame.additions = Additions(body.graph, order, uses: uses)
    frame.pairs = Pairs(body.graph, order, uses: uses, besides: frame.additions)
    frame.margins = Margins(body.graph, order)
    for id in order where !frame.additions.takes(id) && !frame.pairs.takes(id) { try lower(id) }
    for (id, stack) in zip(body.outputs, stacks) { copy(view(id), to: moving(stack)) }
    storeCarries(body.nextCarries.map(view), to: carries)
    let bodyDrafts = drafts
    frame = outer
    drafts = outerDrafts

    let draft = Draft(ICL_OP_SCAN, flags: isBatched ? ICL_BATCHED_OUT : 0)
    draft.body = bodyDrafts
    draft.append([body.length, body.reverse ? 1 : 0, moves.count])
    for (space, view) in moves {
      let size = precision.size * (view.isBatched ? Int(ICL_TILE_LANES) : 1)
      draft.append(space)
      switch view.base {
      case .space(let base): draft.append([base, view.offset * size])
      case .buffer(let buffer):
        draft.append(Space.of(buffers[buffer].region))
        draft.references.append((draft.arguments.count, buffer, bytes: true))
        draft.append(view.offset * size)
      }
      draft.append(view.strides[0] * size)
    }
    draft.append(bodyDrafts.count)
    emit(draft)
    // What the body reads must outlive all steps, not only the first.
    keepAlive(bodyDrafts, before: firstBuffer)
    flops = before + (flops - before) * Double(body.length)
    return carries + stacks
  }

  private func storeCarries(_ next: [View], to carries: [View]) {
    // A next carry that is a view of another carry would be overwritten before it is read.
    let bases = Set(carries.map(\.base))
    let safe = next.enumerated().map { index, view -> View in
      guard bases.contains(view.base), view.base != carries[index].base || !view.isContiguous
      else { return view }
      let own = allocate(view.shape, isBatched: carries[index].isBatched)
      copy(view, to: own)
      return own
    }
    for (view, carry) in zip(safe, carries) where view.base != carry.base {
      copy(view, to: carry)
    }
  }

  private func keepAlive(_ drafts: [Draft], before limit: Int) {
    for draft in drafts {
      for reference in draft.references where reference.buffer < limit {
        buffers[reference.buffer].last = max(buffers[reference.buffer].last, time - 1)
      }
      keepAlive(draft.body, before: limit)
    }
  }
}
