import CICLBackend
import Synchronization

/// The arrays of a program: shared values, each thread's tile, accumulators, and results.
final class ProgramMemory: @unchecked Sendable {
  let shared: UnsafeMutableRawPointer
  private let size: Int
  private let lanes = Int(ICL_TILE_LANES)
  /// One for each thread, then those for tiles that a thread has under way together.
  private var arenas: [UnsafeMutableRawPointer] = []
  private var tables: [UnsafeMutablePointer<UnsafeMutableRawPointer?>] = []
  private let arenaScalars: Int
  private let spaceCount: Int
  private let parameters: UnsafeMutableRawPointer
  private let accumulatorCount: Int
  /// The most accumulators that a batch may use; depends on the program alone.
  private let largestSlotCount: Int
  private var accumulators: UnsafeMutableRawPointer
  private var accumulatorCapacity = 0
  private var results: [Int: (memory: UnsafeMutableRawPointer, elements: Int, capacity: Int)] = [:]
  private var resultCount = 0
  private var kept: Kept?

  init(_ compiled: CompiledProgram, _ store: ParameterStore, threads: Int, size: Int) {
    self.size = size
    parameters = store.memory
    arenaScalars = compiled.tileCount * Int(ICL_TILE_LANES)
    spaceCount = compiled.spaceCount
    shared = Self.allocate(compiled.sharedCount, size)
    accumulatorCount = compiled.accumulatorCount
    let perSlot = max(accumulatorCount, 1) * size
    largestSlotCount = [16, 8, 4].first { $0 * perSlot <= 64 << 20 } ?? 2
    accumulators = Self.allocate(16, size)
    reserve(threads)
  }

  private static func allocate(_ scalars: Int, _ size: Int) -> UnsafeMutableRawPointer {
    let bytes = max(scalars, 16) * size
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return memory
  }

  /// Room for so many tiles at the same time. No tile may be under way.
  func reserve(_ tiles: Int) {
    while tables.count < tiles {
      let table = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: spaceCount)
      table.initialize(repeating: nil, count: spaceCount)
      arenas.append(Self.allocate(arenaScalars, size))
      table[Space.shared] = shared
      table[Space.parameters] = parameters
      table[Space.tile] = arenas.last
      table[Space.accumulator] = accumulators
      tables.append(table)
    }
  }

  deinit {
    shared.deallocate()
    accumulators.deallocate()
    for arena in arenas { arena.deallocate() }
    for table in tables { table.deallocate() }
    for result in results.values { result.memory.deallocate() }
    kept?.memory.deallocate()
    kept?.isReady.deallocate()
  }

  func spaces(_ thread: Int) -> UnsafeMutablePointer<UnsafeMutableRawPointer?> { tables[thread] }
  func arena(_ thread: Int) -> UnsafeMutableRawPointer { arenas[thread] }

  // MARK: Sums over prompts

  func slotCount(tiles: Int) -> Int { min(max(tiles, 0), largestSlotCount) }

  /// Slots of two threads do not share a cache line.
  private var slotBytes: Int { (accumulatorCount * size + 127) / 128 * 128 }

  func clearAccumulators(_ slots: Int) {
    let bytes = max(slots * slotBytes, 16)
    if bytes > accumulatorCapacity {
      accumulators.deallocate()
      accumulators = .allocate(byteCount: bytes, alignment: 128)
      accumulatorCapacity = bytes
    }
    accumulators.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
  }

  func select(slot: Int, thread: Int) {
    tables[thread][Space.accumulator] = accumulators + slot * slotBytes
  }

  /// Adds up the slots in their order.
  func reduce(
    _ sum: (accumulator: Int, shared: Int, count: Int), slots: Int, _ precision: Precision
  ) {
    switch precision {
    case .single: reduce(sum, slots, Float.self)
    case .double: reduce(sum, slots, Double.self)
    }
  }

  private func reduce<S: BinaryFloatingPoint>(
    _ sum: (accumulator: Int, shared: Int, count: Int), _ slots: Int, _ type: S.Type
  ) {
    let base = accumulators.assumingMemoryBound(to: S.self) + sum.accumulator
    let target = shared.assumingMemoryBound(to: S.self) + sum.shared
    let stride = slotBytes / size
    for element in 0..<sum.count { target[element] = slots > 0 ? base[element] : 0 }
    for slot in 1..<max(slots, 1) {
      let from = base + slot * stride
      for element in 0..<sum.count { target[element] += from[element] }
    }
  }

  // MARK: Fixed prompts

  /// Room for what is kept, at the first batch; false if the batch is of other prompts than that.
  func keeps(_ batch: Program.Batch, tiles: Int, _ compiled: CompiledProgram) -> Bool {
    if let kept {
      return kept.step == batch.step && kept.first == batch.firstPrompt
        && kept.weight == batch.weight
    }
    let bytes = compiled.keptCount * lanes * size
    kept = Kept(
      step: batch.step, first: batch.firstPrompt, weight: batch.weight, bytes: bytes,
      memory: .allocate(byteCount: max(tiles * bytes, 16), alignment: 128),
      isReady: .allocate(capacity: tiles * compiled.phases.count), tiles: tiles)
    kept?.isReady.initialize(repeating: false, count: tiles * compiled.phases.count)
    return true
  }

  /// Lets a tile read what is kept for it; true if that is still to be computed.
  ///
  /// What does not stay in the caches from step to step, but fits into the second level tile by tile, is read
  /// once in its order: the processor fetches ahead then, which it does not in the steps of most kernels.
  func selectKept(_ tile: Int, phase: Int, thread: Int) -> Bool {
    guard let kept else { return false }
    tables[thread][Space.kept] = kept.memory + tile * kept.bytes
    if kept.bytes <= 256 << 10, kept.bytes * kept.tiles > 4 << 20 {
      icl_touch(kept.memory + tile * kept.bytes, kept.bytes)
    }
    let index = phase * kept.tiles + tile
    defer { kept.isReady[index] = true }
    return !kept.isReady[index]
  }

  private struct Kept {
    let step: UInt64
    let first: UInt64
    let weight: Double
    let bytes: Int
    let memory: UnsafeMutableRawPointer
    let isReady: UnsafeMutablePointer<Bool>
    let tiles: Int
  }

  // MARK: One value a prompt

  func prepareResults(_ compiled: CompiledProgram, _ count: Int) {
    resultCount = count
    for phase in compiled.phases {
      for root in phase.roots {
        let elements = root.place.view.shape.count
        let bytes = max(count * elements * size, 16)
        if let known = results[root.index], known.capacity >= bytes { continue }
        results[root.index]?.memory.deallocate()
        results[root.index] = (.allocate(byteCount: bytes, alignment: 64), elements, bytes)
      }
    }
  }

  func store(
    _ root: Int, _ place: CompiledProgram.Result, _ first: Int, _ count: Int, _ thread: Int,
    width: Int, _ precision: Precision
  ) {
    let result = results[root]!
    let source = tables[thread][place.space]! + place.offset * size * lanes
    func rows<S>(_ type: S.Type) {
      let from = source.assumingMemoryBound(to: S.self)
      let to = result.memory.assumingMemoryBound(to: S.self) + first * result.elements
      for lane in 0..<count {
        for element in 0..<result.elements {
          to[lane * result.elements + element] = from[element * width + lane]
        }
      }
    }
    switch precision {
    case .single: rows(Float.self)
    case .double: rows(Double.self)
    }
  }

  func result(_ root: Int, _ precision: Precision) -> [Double] {
    let result = results[root]!
    return read(UnsafeRawPointer(result.memory), resultCount * result.elements, precision)
  }
}

/// Whether some thread failed.
final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}
