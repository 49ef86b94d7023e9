import CICLBackend
import ICLGraph

/// A schedule lowered to instructions, with every array in its place.
struct CompiledProgram {
  struct Result {
    var view: View
    var offset: Int
    var space: Int
  }
  struct Phase {
    /// What is the same in all steps; run in the first.
    var once: InstructionList
    var shared: InstructionList
    /// Whether the phase has nothing to do after the first step.
    var isOnce: Bool
    var tile: InstructionList
    /// Run once for each tile where prompts are fixed.
    var prepare: InstructionList
    var isLooping: Bool
    /// Where the sums stand among the accumulators, and where their totals go.
    var sums: [(accumulator: Int, shared: Int, count: Int)] = []
    /// Inputs to load before a tile: name, place, elements.
    var inputs: [(name: String, offset: Int, count: Int)] = []
    /// Where the prompt weight stands in the tile; nil if unused.
    var weight: Int?
    /// Wanted values: place among the roots, and where they stand.
    var roots: [(index: Int, place: Result)] = []
  }

  var phases: [Phase] = []
  var sharedCount = 0
  var tileCount = 0
  /// Of that, what a step after the first needs.
  var stepCount = 0
  var accumulatorCount = 0
  var spaceCount = 0
  /// Shared values known before the run.
  var constants: [(offset: Int, values: [Double])] = []
  var sharedInputs: [(name: String, offset: Int, count: Int)] = []
  /// Where the weight that all prompts share stands among the shared values; nil if unused.
  var commonWeight: Int?
  var sharedRoots: [Int: Result] = [:]
  var flopsPerPrompt = 0.0
  /// Vectors of lanes in a tile.
  let vectors: Int
  /// Vectors that are kept from step to step, for a tile of fixed prompts.
  var keptCount = 0
  var flopsByNode: [NodeID: Double] = [:]

  init(
    _ graph: Graph, roots: [NodeID], seed: UInt64, precision: Precision, vectors: Int,
    kept: KeptValues = .nothing, parameterOffsets: [String: Int]
  ) throws {
    self.vectors = vectors
    let isFixed = graph.fixedNodes(prompts: kept != .nothing)
    let isKept = kept.nodes(of: graph, isFixed)
    var commonWeight: Int?
    let schedule = Schedule(graph, roots: roots)
    let lowering = Lowering(
      graph, seed: seed, precision: precision, vectors: vectors,
      parameterOffsets: parameterOffsets)
    let users = Self.userCounts(graph, roots)
    var drafts: [(once: [Draft], shared: [Draft], tile: [Draft], prepare: [Draft])] = []
    var isOnce: [Bool] = []
    var preparations: [Range<Int>] = []
    var phases:
      [(
        inputs: [(String, Int, Int)], weight: Int?, sums: [(Int, Int, Int)], roots: [(Int, View)]
      )] = []
    var sharedInputBuffers: [(String, Int, Int)] = []

    for phase in schedule.phases {
      lowering.drafts = []
      for id in phase.shared {
        let view = lowering.allocate(graph.shape(of: id), isBatched: false)
        guard case .buffer(let buffer) = view.base else { continue }
        switch graph[id].operation {
        case .input(let name): sharedInputBuffers.append((name, buffer, view.shape.count))
        case .promptWeight: commonWeight = buffer
        default: continue
        }
        lowering.frame.views[id] = view
      }
      for id in phase.shared where isFixed[id.index] { try lowering.lower(id) }
      let once = lowering.drafts
      lowering.drafts = []
      for id in phase.shared where !isFixed[id.index] { try lowering.lower(id) }
      let shared = lowering.drafts
      lowering.drafts = []
      isOnce.append(kept == .all && FixedPart.isAll(phase, isFixed: isFixed))
      var inputs: [(String, Int, Int)] = []
      var weight: Int?
      lowering.frame.views = lowering.frame.views.filter { !graph[$0.key].isBatched }
      for id in phase.tile {
        let shape = graph.shape(of: id)
        switch graph[id].operation {
        case .input(let name):
          let view = lowering.allocate(shape, isBatched: true, packed: true)
          if case .buffer(let buffer) = view.base { inputs.append((name, buffer, shape.count)) }
          lowering.frame.views[id] = view
        case .promptWeight:
          let view = lowering.allocate(shape, isBatched: true, packed: true)
          if case .buffer(let buffer) = view.base { weight = buffer }
          lowering.frame.views[id] = view
        default: break
        }
      }
      // Handed-in arrays are filled before the first instruction.
      lowering.time += 1
      let fixed =
        kept != .nothing && !isOnce.last!
        ? FixedPart(graph, phase, roots: roots, isFixed: isKept) : nil
      let before = (time: lowering.time, flops: lowering.flops)
      let prepare = try fixed.map { try keep($0, lowering) } ?? []
      // What is done once counts for no step.
      lowering.flops = before.flops
      preparations.append(before.time..<lowering.time)
      let fused = Self.fusedSums(graph, phase, users, vectors).filter {
        fixed?.contains($0.value) != true
      }
      let order = phase.tile.filter { fixed?.contains($0) != true }
      lowering.frame.additions = Additions(graph, order, uses: users)
      lowering.frame.margins = Margins(graph, order)
      // What is a sum's or another tile's is none of a pair's.
      let own = order.filter { !fused.values.contains($0) }
      lowering.frame.pairs = Pairs(graph, own, uses: users, besides: lowering.frame.additions)
      for id in own where !lowering.frame.additions.takes(id) && !lowering.frame.pairs.takes(id) {
        try lowering.lower(id)
      }
      lowering.frame.additions = Additions()
      lowering.frame.pairs = Pairs()
      lowering.frame.margins = Margins()
      var sums: [(Int, Int, Int)] = []
      for id in phase.sums {
        let shape = graph.shape(of: id)
        let accumulator = lowering.makeBuffer(.accumulator, shape.count)
        let total = lowering.allocate(shape, isBatched: false)
        guard case .buffer(let totalBuffer) = total.base else { continue }
        let target = View.contiguous(.buffer(accumulator), shape, isBatched: true)
        let input = graph[id].inputs[0]
        if fused[id] == input, let (spec, factors, _) = graph.summand(input) {
          lowering.attributing(to: input) {
            _ = lowering.einsum(
              spec, factors.map(lowering.view), shape, isBatched: true, into: target)
          }
        } else {
          lowering.attributing(to: id) { lowering.copy(lowering.view(input), to: target) }
        }
        sums.append((accumulator, totalBuffer, shape.count))
        lowering.frame.views[id] = total
      }
      var wanted: [(Int, View)] = []
      for index in phase.roots {
        let root = roots[index]
        wanted.append(
          (index, lowering.attributing(to: root) { lowering.contiguous(lowering.view(root)) }))
      }
      // All are stored after the last instruction.
      for (_, view) in wanted {
        if case .buffer(let buffer) = view.base { lowering.buffers[buffer].last = lowering.time }
      }
      lowering.time += 1
      if isOnce.last! { lowering.flops = before.flops }
      drafts.append((once, shared, lowering.drafts, prepare))
      phases.append((inputs, weight, sums, wanted))
    }

    // Unbatched roots are read after the run; in one piece.
    lowering.drafts = []
    var finals: [(Int, View)] = []
    for (index, root) in roots.enumerated() where !graph[root].isBatched {
      finals.append(
        (index, lowering.attributing(to: root) { lowering.contiguous(lowering.view(root)) }))
    }
    if !lowering.drafts.isEmpty {
      drafts.append(([], lowering.drafts, [], []))
      phases.append(([], nil, [], []))
      isOnce.append(false)
    }

    let plan = MemoryPlan(&lowering.buffers)
    let buffers = lowering.buffers
    let size = precision.size
    func place(_ view: View) -> Result {
      switch view.base {
      case .space(let space): return Result(view: view, offset: view.offset, space: space)
      case .buffer(let buffer):
        return Result(
          view: view, offset: view.offset + buffers[buffer].offset,
          space: Space.of(buffers[buffer].region))
      }
    }
    for (index, (lists, phase)) in zip(drafts, phases).enumerated() {
      self.phases.append(
        Phase(
          once: InstructionList(lists.once, buffers, size),
          shared: InstructionList(lists.shared, buffers, size),
          isOnce: isOnce[index],
          tile: InstructionList(lists.tile, buffers, size),
          prepare: InstructionList(lists.prepare, buffers, size),
          isLooping: !phase.sums.isEmpty || !phase.roots.isEmpty,
          sums: phase.sums.map { (buffers[$0.0].offset, buffers[$0.1].offset, $0.2) },
          inputs: phase.inputs.map { ($0.0, buffers[$0.1].offset, $0.2) },
          weight: phase.weight.map { buffers[$0].offset },
          roots: phase.roots.map { ($0.0, place($0.1)) }))
    }
    self.commonWeight = commonWeight.map { buffers[$0].offset }
    constants = lowering.constants.map { (buffers[$0.buffer].offset, $0.values) }
    sharedInputs = sharedInputBuffers.map { ($0.0, buffers[$0.1].offset, $0.2) }
    for (index, view) in finals { sharedRoots[index] = place(view) }
    sharedCount = plan.sharedCount
    tileCount = plan.tileCount
    let passing = buffers.filter { buffer in
      buffer.region == .tile
        && !preparations.contains { $0.contains(buffer.first) && $0.contains(buffer.last) }
    }
    stepCount = min(tileCount, passing.reduce(0) { $0 + $1.count })
    accumulatorCount = plan.accumulatorCount
    spaceCount = lowering.movingSpaces
    flopsPerPrompt = lowering.flops
    flopsByNode = lowering.flopsByNode
  }

  /// Lowers what the prompts alone decide, with copies to where it is kept; from there the rest
  /// reads it.
  private mutating func keep(_ fixed: FixedPart, _ lowering: Lowering) throws -> [Draft] {
    for id in fixed.nodes { try lowering.lower(id) }
    var kept: [NodeID: View] = [:]
    for id in fixed.frontier {
      let place = View.contiguous(
        .space(Space.kept), offset: keptCount, lowering.view(id).shape, isBatched: true,
        unit: vectors)
      lowering.copy(lowering.view(id), to: place)
      keptCount += place.span
      kept[id] = place
    }
    for id in fixed.nodes { lowering.frame.views[id] = kept[id] }
    defer { lowering.drafts = [] }
    return lowering.drafts
  }

  /// How often each node is read on the way to the roots; being a root counts as once.
  static func userCounts(_ graph: Graph, _ roots: [NodeID]) -> [NodeID: Int] {
    var counts: [NodeID: Int] = [:]
    for id in graph.reachable(from: roots) {
      for input in graph[id].inputs { counts[input, default: 0] += 1 }
    }
    for root in roots { counts[root, default: 0] += 1 }
    return counts
  }

  /// Sums over the batch whose summand is a contraction that nobody else reads: the contraction
  /// adds to the accumulator directly.
  private static func fusedSums(
    _ graph: Graph, _ phase: Schedule.Phase, _ users: [NodeID: Int], _ vectors: Int
  ) -> [NodeID: NodeID] {
    var result: [NodeID: NodeID] = [:]
    for sum in phase.sums {
      let input = graph[sum].inputs[0]
      guard let summand = graph.summand(input), graph[input].isBatched, users[input] == 1 else {
        continue
      }
      // A product without a sum of its own saves a pass only where a pass is several vectors long.
      if summand.isAligned && vectors < 4 { continue }
      result[sum] = input
    }
    return result
  }
}

extension Graph {
  /// A value as the contraction of two others, if it is one.
  fileprivate func summand(
    _ id: NodeID
  ) -> (spec: EinsumSpec, factors: [NodeID], isAligned: Bool)? {
    let node = self[id]
    let axes = Array(0..<node.shape.rank)
    let aligned = EinsumSpec(left: axes, right: axes, output: axes)
    switch node.operation {
    case .einsum(let spec) where spec.right != nil: return (spec, node.inputs, false)
    case .binary(.multiply): return (aligned, node.inputs, true)
    case .unary(.square): return (aligned, [node.inputs[0], node.inputs[0]], true)
    default: return nil
    }
  }
}
