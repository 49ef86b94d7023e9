import CICLBackend
import ICLGraph

/// Turns nodes into instructions on arrays.
///
/// One object lowers all phases of a program; a scan's body is lowered by the same functions into
/// its own list.
final class Lowering {
  let seed: UInt64
  let precision: Precision
  /// Vectors of lanes in a tile: more where a value is small, so that an instruction has more to do.
  let vectors: Int
  var buffers: [Buffer] = []
  /// Counts emitted instructions: the time in which arrays live.
  var time = 0
  var movingSpaces = Space.firstMoving
  /// Values of shared arrays that are known before the run.
  var constants: [(buffer: Int, values: [Double])] = []
  var flops = 0.0
  /// What is being lowered, of the program's graph.
  var origin: NodeID?
  /// Of a prompt, by node.
  var flopsByNode: [NodeID: Double] = [:]

  /// The list being written, and the graph it is for.
  var drafts: [Draft] = []
  var frame: Frame

  /// What lowering knows of one graph: of the program, or of a scan's body.
  struct Frame {
    var graph: Graph
    var views: [NodeID: View] = [:]
    var scans: [NodeID: [View]] = [:]
    /// In a batched scan every computed value is a vector of lanes.
    var allBatched = false
    var additions = Additions()
    var pairs = Pairs()
    var margins = Margins()
    /// Arrays of values with margins.
    var withMargins: Set<View.Base> = []
    /// Views of arrays made outside of the tile loop.
    var parameters: [String: Int] = [:]
  }

  init(
    _ graph: Graph, seed: UInt64, precision: Precision, vectors: Int,
    parameterOffsets: [String: Int]
  ) {
    self.seed = seed
    self.precision = precision
    self.vectors = vectors
    frame = Frame(graph: graph, parameters: parameterOffsets)
  }

  // MARK: Arrays

  func makeBuffer(_ region: Buffer.Region, _ count: Int) -> Int {
    buffers.append(Buffer(region: region, count: max(count, 1), first: time, last: time))
    return buffers.count - 1
  }

  func isBatched(_ id: NodeID) -> Bool { frame.allBatched || frame.graph[id].isBatched }

  /// packed: without gaps, for what is filled or read as one run of elements.
  func allocate(_ shape: Shape, isBatched: Bool, packed: Bool = false) -> View {
    let unit = isBatched ? vectors : 1
    var view = View.contiguous(.space(0), shape, isBatched: isBatched, unit: unit)
    if isBatched && !packed { view.strides = paddedStrides(shape) }
    view.base = .buffer(makeBuffer(isBatched ? .tile : .shared, view.span))
    return view
  }

  /// Row-major, but no axis steps by a multiple of 2 KiB: such steps fall into few sets of the
  /// first cache level, and columns of a matrix would push each other out.
  private func paddedStrides(_ shape: Shape) -> [Int] {
    var strides = shape.strides.map { $0 * vectors }
    let period = 2048 / (precision.size * Int(ICL_TILE_LANES))
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
      if strides[axis] % period == 0 && strides[axis] > 0 { strides[axis] += vectors }
    }
    return strides
  }

  /// Values known before the run.
  func constant(_ values: [Double], _ shape: Shape) -> View {
    let buffer = makeBuffer(.shared, values.count)
    constants.append((buffer, values))
    return .contiguous(.buffer(buffer), shape, isBatched: false)
  }

  func view(_ id: NodeID) -> View { frame.views[id]! }

  // MARK: Instructions

  /// Appends an operand: its space and its offset.
  func operand(_ view: View, to draft: Draft) {
    switch view.base {
    case .space(let space):
      draft.append(space)
      draft.append(view.offset)
    case .buffer(let buffer):
      draft.append(Space.of(buffers[buffer].region))
      draft.references.append((draft.arguments.count, buffer, bytes: false))
      draft.append(view.offset)
    }
  }

  func emit(_ draft: Draft) {
    for reference in draft.references {
      buffers[reference.buffer].last = max(buffers[reference.buffer].last, time)
    }
    draft.origin = origin
    drafts.append(draft)
    time += 1
  }

  /// Instructions that the body emits are the node's.
  func attributing<Result>(to node: NodeID, _ body: () throws -> Result) rethrows -> Result {
    let (outer, before) = (origin, flops)
    origin = outer ?? node
    defer {
      if outer == nil { flopsByNode[node, default: 0] += flops - before }
      origin = outer
    }
    return try body()
  }

  func flags(out: View, _ inputs: View...) -> UInt32 {
    var flags: UInt32 = out.isBatched ? ICL_BATCHED_OUT : 0
    for (index, input) in inputs.enumerated() where input.isBatched {
      flags |= ICL_BATCHED_0 << UInt32(index)
    }
    return flags
  }

  /// Appends rank, extents and each array's strides over some axes: its own, in the order given,
  /// then the vectors of an element.
  func walk(_ extents: [Int], _ arrays: [(strides: [Int], view: View)], to draft: Draft) {
    walkAll(
      extents + [vectorCount(arrays.map(\.view))],
      arrays.map { $0.strides + [$0.view.vectorStride] }, to: draft)
  }

  /// The same over all axes.
  func walk(_ views: [View], to draft: Draft) {
    walk(views[0].shape.extents, views.map { ($0.strides, $0) }, to: draft)
  }

  func vectorCount(_ views: [View]) -> Int { views.contains(where: \.isBatched) ? vectors : 1 }

  /// Merges axes that run on without a gap.
  func walkAll(_ extents: [Int], _ strides: [[Int]], to draft: Draft) {
    var axes: [(extent: Int, strides: [Int])] = []
    for axis in extents.indices where extents[axis] != 1 {
      let own = strides.map { $0[axis] }
      if let last = axes.last,
        zip(last.strides, own).allSatisfy({ $0 == $1 * extents[axis] })
      {
        axes[axes.count - 1] = (last.extent * extents[axis], own)
      } else {
        axes.append((extents[axis], own))
      }
    }
    draft.append(axes.count)
    draft.append(axes.map(\.extent))
    for array in strides.indices { draft.append(axes.map { $0.strides[array] }) }
  }

  func copy(_ source: View, to target: View) {
    let draft = Draft(ICL_OP_COPY, flags: flags(out: target, source) | sums(target))
    operand(target, to: draft)
    operand(source, to: draft)
    walk([target, source], to: draft)
    emit(draft)
  }

  /// Accumulators hold sums over lanes.
  func sums(_ target: View) -> UInt32 {
    guard case .buffer(let buffer) = target.base, buffers[buffer].region == .accumulator else {
      return 0
    }
    return ICL_SUMS_LANES
  }

  func fill(_ target: View, _ value: Double) {
    let draft = Draft(ICL_OP_FILL, flags: flags(out: target))
    operand(target, to: draft)
    draft.append(target.span)
    draft.arguments.append(Int64(bitPattern: value.bitPattern))
    emit(draft)
  }

  /// The value in one piece.
  func contiguous(_ view: View) -> View {
    if view.isContiguous { return view }
    let result = allocate(view.shape, isBatched: view.isBatched, packed: true)
    copy(view, to: result)
    return result
  }
}
