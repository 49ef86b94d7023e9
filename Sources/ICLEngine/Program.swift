import CICLBackend
import ICLGraph

/// A graph compiled for repeated runs over batches of prompts.
///
/// Results are bitwise equal at any number of threads.
public final class Program {
  /// What one run is for.
  public struct Batch {
    public var step: UInt64
    public var firstPrompt: UInt64
    public var count: Int
    /// The prompt weight of each prompt; 1/count for a mean.
    public var weight: Double
    /// Values of the graph's inputs: count tensors one behind the other, or one if it is the same
    /// for all prompts.
    public var inputs: [String: [Double]]

    public init(
      step: UInt64, firstPrompt: UInt64, count: Int, weight: Double,
      inputs: [String: [Double]] = [:]
    ) {
      self.step = step
      self.firstPrompt = firstPrompt
      self.count = count
      self.weight = weight
      self.inputs = inputs
    }
  }

  public let configuration: EngineConfiguration
  public let parameters: ParameterStore
  /// Names of the parameters that the graph uses, in its order.
  public let parameterNames: [String]
  /// Floating-point operations for a prompt, a multiply-add counted as 2.
  public var flopsPerPrompt: Double { compiled.flopsPerPrompt }
  /// Working memory of one thread, in bytes.
  public var bytesPerThread: Int { compiled.tileCount * laneSize }

  let graph: Graph
  let roots: [NodeID]
  let seed: UInt64
  let compiled: CompiledProgram
  /// Bytes of one vector of lanes.
  let laneSize: Int
  private let batch: Int?
  private let kept: KeptValues
  let memory: ProgramMemory
  /// What a run goes through, in order.
  private let phases: [Phase]
  private let hasBatchedRoots: Bool
  /// Where the values of roots stand that are the same for all prompts.
  private let sharedRoots: [UnsafeRawPointer?]
  /// Measures instructions while it is there; runs are then on one thread.
  var profiler: Profiler?
  let workers: Workers
  /// Of each phase.
  private var paces: [Pace]
  /// Names and elements of the inputs, of a prompt or of all of them.
  private let batchedInputs: [(name: String, count: Int)]
  /// Whether what is computed once a run is there.
  private var isPrepared = false
  let backend: icl_backend_run

  /// roots: the nodes wanted. One value for each that is the same for all prompts; one a prompt for
  /// the others. batch: the number of prompts of every run, where it is known; tiles are made for it.
  /// keeping: every run is for the same prompts, so what they alone decide is computed once.
  public init(
    _ graph: Graph, roots: [NodeID], seed: UInt64, configuration: EngineConfiguration,
    parameters: ParameterStore? = nil, batch: Int? = nil, keeping kept: KeptValues = .nothing
  ) throws {
    let store =
      try parameters ?? ParameterStore(graph, seed: seed, precision: configuration.precision)
    guard store.precision == configuration.precision else {
      throw EngineError(
        "the parameters are in \(store.precision) precision, the program in "
          + "\(configuration.precision)")
    }
    self.graph = graph
    self.roots = roots
    self.seed = seed
    self.configuration = configuration
    self.parameters = store
    let used = Set(graph.reachable(from: roots))
    parameterNames = graph.parameters.filter { used.contains($0.node) }.map(\.name)
    compiled = try CompiledProgram.fitting(
      batch, vectors: configuration.vectors, kept: batch == nil ? .nothing : kept, graph,
      roots: roots, seed: seed,
      precision: configuration.precision,
      parameterOffsets: Dictionary(uniqueKeysWithValues: zip(store.names, store.offsets)))
    // Compiling leaves freed memory behind, up to 20 MB, which would stay beside large arrays. Beside small
    // ones it does no harm, and the next program uses it again.
    let scalars =
      compiled.sharedCount + Int(ICL_TILE_LANES)
      * (compiled.tileCount * configuration.threads + compiled.keptCount
        * ((batch ?? 0) / Int(ICL_TILE_LANES) / max(compiled.vectors, 1)))
    if scalars * configuration.precision.size > 4 << 20 { icl_return_free_memory() }
    self.batch = batch
    self.kept = batch == nil ? .nothing : kept
    batchedInputs = compiled.phases.flatMap(\.inputs).map { ($0.name, $0.count) }
    laneSize = configuration.precision.size * Int(ICL_TILE_LANES)
    workers = Workers(count: configuration.threads)
    memory = ProgramMemory(
      compiled, store, threads: workers.count, size: configuration.precision.size)
    phases = compiled.phases.map(Phase.init)
    paces = compiled.phases.map { _ in Pace() }
    hasBatchedRoots = compiled.phases.contains { !$0.roots.isEmpty }
    let size = configuration.precision.size
    sharedRoots = roots.indices.map { [compiled, memory] root in
      compiled.sharedRoots[root].map { place in
        let base = place.space == Space.parameters ? store.memory : memory.shared
        return UnsafeRawPointer(base + place.offset * size)
      }
    }
    let kernels = try Backend.load(configuration.backend)
    backend = configuration.precision == .single ? kernels.single : kernels.double
    for constant in compiled.constants {
      write(
        constant.values,
        to: memory.shared + constant.offset * configuration.precision.size,
        configuration.precision)
    }
  }

  deinit { workers.stop() }

  // MARK: Running

  public func run(_ batch: Batch) throws {
    try check(batch)
    for input in compiled.sharedInputs {
      write(
        batch.inputs[input.name]!, to: memory.shared + input.offset * configuration.precision.size,
        configuration.precision)
    }
    if hasBatchedRoots { memory.prepareResults(compiled, batch.count) }
    if kept != .nothing {
      guard memory.keeps(batch, tiles: (batch.count + width - 1) / width, compiled) else {
        throw EngineError("the program is for fixed prompts, and these are others")
      }
    }
    if let weight = compiled.commonWeight {
      writeOne(batch.weight, to: memory.shared + weight * configuration.precision.size)
    }
    for number in phases.indices {
      let phase = phases[number]
      if !isPrepared { try run(phase.compiled.once, batch) }
      try run(phase.compiled.shared, batch)
      if phase.compiled.isLooping && !(phase.compiled.isOnce && isPrepared) {
        try runTiles(phase.compiled, number, batch)
      }
    }
    isPrepared = true
  }

  /// Handed around without touching what it holds.
  private final class Phase {
    let compiled: CompiledProgram.Phase
    init(_ compiled: CompiledProgram.Phase) { self.compiled = compiled }
  }

  private func writeOne(_ value: Double, to pointer: UnsafeMutableRawPointer) {
    switch configuration.precision {
    case .single: pointer.storeBytes(of: Float(value), as: Float.self)
    case .double: pointer.storeBytes(of: value, as: Double.self)
    }
  }

  /// Prompts in a tile.
  private var width: Int { Int(ICL_TILE_LANES) * compiled.vectors }

  private func check(_ batch: Batch) throws {
    if let expected = self.batch, batch.count != expected {
      throw EngineError("the program is for \(expected) prompts, \(batch.count) given")
    }
    for input in batchedInputs { try check(batch, input.name, input.count * batch.count) }
    for input in compiled.sharedInputs { try check(batch, input.name, input.count) }
  }

  private func check(_ batch: Batch, _ name: String, _ count: Int) throws {
    guard let values = batch.inputs[name] else {
      throw EngineError("the input \(name) is missing: expected \(count) values")
    }
    guard values.count == count else {
      throw EngineError("the input \(name) has \(values.count) values, expected \(count)")
    }
  }

  private func run(_ list: InstructionList, _ batch: Batch) throws {
    guard list.count > 0 else { return }
    var tile = icl_tile(
      spaces: memory.spaces(0), first_prompt: batch.firstPrompt, step: batch.step, active: 0)
    guard execute(list, &tile) else { throw failure(of: [list]) }
  }

  private func execute(_ list: InstructionList, _ tile: inout icl_tile) -> Bool {
    if let profiler { return profiler.execute(list, &tile, backend) }
    return backend(list.pointer, Int64(list.count), &tile) == 0
  }

  private func runTiles(
    _ phase: CompiledProgram.Phase, _ number: Int, _ batch: Batch
  ) throws {
    let tiles = (batch.count + width - 1) / width
    // Tiles belong to accumulators by number, whatever the number of threads.
    let slots = memory.slotCount(tiles: tiles)
    memory.clearAccumulators(slots)
    let failed = Flag()
    func work(slot: Int, thread: Int) {
      for index in (slot * tiles / slots)..<((slot + 1) * tiles / slots) where !failed.isSet {
        if !runTile(phase, number, batch, index, slot: slot, thread: thread) { failed.set() }
      }
    }
    let isAlone = profiler != nil || workers.count == 1 || paces[number].isAlone(tiles: tiles)
    let together = profiler == nil ? tilesTogether(phase, slots: slots) : 0
    func workTogether(share: Int, of shares: Int, thread: Int) {
      let own = share * slots / shares..<(share + 1) * slots / shares
      let given = own.map { $0 * tiles / slots..<($0 + 1) * tiles / slots }
      if !runTogether(phase, number, batch, own.lowerBound, given, together, thread: thread) {
        failed.set()
      }
    }
    if together > 0 { memory.reserve(workers.count * (together + 1)) }
    paces[number].run(tiles: tiles, isAlone: isAlone && profiler == nil) {
      if together > 0 {
        if isAlone {
          workTogether(share: 0, of: 1, thread: 0)
        } else {
          let shares = min(slots, workers.count)
          workers.run(shares) { workTogether(share: $0, of: shares, thread: $1) }
        }
      } else if isAlone {
        for slot in 0..<slots { work(slot: slot, thread: 0) }
      } else {
        workers.run(slots, work)
      }
    }
    if failed.isSet { throw failure(of: [phase.tile, phase.prepare]) }
    for sum in phase.sums { memory.reduce(sum, slots: slots, configuration.precision) }
  }

  private func runTile(
    _ phase: CompiledProgram.Phase, _ number: Int, _ batch: Batch, _ index: Int, slot: Int,
    thread: Int
  ) -> Bool {
    guard var tile = begin(phase, number, batch, index, slot: slot, place: thread),
      execute(phase.tile, &tile)
    else { return false }
    finish(phase, batch, index, place: thread)
    return true
  }

  /// Everything that a tile needs before its instructions run; place: where its arrays are.
  func begin(
    _ phase: CompiledProgram.Phase, _ number: Int, _ batch: Batch, _ index: Int, slot: Int,
    place: Int
  ) -> icl_tile? {
    let first = index * width
    let count = min(width, batch.count - first)
    memory.select(slot: slot, thread: place)
    let arena = memory.arena(place)
    for input in phase.inputs {
      load(
        batch.inputs[input.name]!, input.count, first, count, to: arena + input.offset * laneSize)
    }
    if let weight = phase.weight {
      write(
        [Double](repeating: batch.weight, count: width), to: arena + weight * laneSize,
        configuration.precision)
    }
    var tile = icl_tile(
      spaces: memory.spaces(place), first_prompt: batch.firstPrompt + UInt64(first),
      step: batch.step, active: Int64(min(count, Int(ICL_TILE_LANES))))
    if memory.selectKept(index, phase: number, thread: place) {
      guard execute(phase.prepare, &tile) else { return nil }
    }
    return tile
  }

  func finish(_ phase: CompiledProgram.Phase, _ batch: Batch, _ index: Int, place: Int) {
    let first = index * width
    let count = min(width, batch.count - first)
    for root in phase.roots {
      memory.store(
        root.index, root.place, first, count, place, width: width, configuration.precision)
    }
  }

  /// Rows of a batch into lanes; the last row fills the lanes of a tile that is not full.
  private func load(
    _ values: [Double], _ elements: Int, _ first: Int, _ count: Int,
    to target: UnsafeMutableRawPointer
  ) {
    let lanes = width
    for lane in 0..<lanes {
      let row = (first + min(lane, count - 1)) * elements
      for element in 0..<elements {
        let value = values[row + element]
        switch configuration.precision {
        case .single:
          target.assumingMemoryBound(to: Float.self)[element * lanes + lane] = Float(value)
        case .double: target.assumingMemoryBound(to: Double.self)[element * lanes + lane] = value
        }
      }
    }
  }

  private func failure(of lists: [InstructionList]) -> any Error {
    for call in lists.flatMap(\.calls) {
      let error = call.failure.withLock { stored in
        defer { stored = nil }
        return stored
      }
      if let error { return error }
    }
    return EngineError("an operation failed without saying why")
  }

  // MARK: Results

  /// The root's value after a run: one tensor, or one for each prompt, one behind the other.
  public func values(of root: Int) -> [Double] {
    let id = roots[root]
    if graph[id].isBatched { return memory.result(root, configuration.precision) }
    return read(pointer(ofRoot: root), graph.shape(of: id).count, configuration.precision)
  }

  /// The value of a root that is one number for all prompts.
  public func number(ofRoot root: Int) -> Double {
    let pointer = pointer(ofRoot: root)
    switch configuration.precision {
    case .single: return Double(pointer.load(as: Float.self))
    case .double: return pointer.load(as: Double.self)
    }
  }

  /// Where the value of a root that is the same for all prompts stands; it does not move.
  public func pointer(ofRoot root: Int) -> UnsafeRawPointer {
    sharedRoots[root]!
  }
}
