import CICLBackend

extension Program {
  /// Bytes of the arrays of all tiles that a thread has under way together.
  private static let mostTogether = 4 << 20

  /// How many tiles a thread runs side by side, so that a call that costs microseconds is made once
  /// for all of them; 0 where no instruction is such a call.
  func tilesTogether(_ phase: CompiledProgram.Phase, slots: Int) -> Int {
    guard !phase.tile.gathering.isEmpty else { return 0 }
    return max(1, min(slots, Self.mostTogether / max(bytesPerThread, 1)))
  }

  /// Runs the tiles of some accumulators, `together` at a time: all of them as far as the next call,
  /// then the call. Two tiles of one accumulator are never together, so it gets their sums in the
  /// same order as by one tile after the other.
  ///
  /// - Parameter given: the tiles of each accumulator from `first` on.
  func runTogether(
    _ phase: CompiledProgram.Phase, _ number: Int, _ batch: Batch, _ first: Int,
    _ given: [Range<Int>], _ together: Int, thread: Int
  ) -> Bool {
    let places = workers.count + thread * together
    for round in 0..<(given.map(\.count).max() ?? 0) {
      let current = given.enumerated().filter { round < $0.element.count }
        .map { (slot: first + $0.offset, tile: $0.element.lowerBound + round) }
      for start in stride(from: 0, to: current.count, by: together) {
        let some = current[start..<min(start + together, current.count)]
        var tiles: [icl_tile] = []
        for (offset, one) in some.enumerated() {
          guard
            let tile = begin(
              phase, number, batch, one.tile, slot: one.slot, place: places + offset)
          else { return false }
          tiles.append(tile)
        }
        guard run(phase.tile, on: tiles) else { return false }
        for (offset, one) in some.enumerated() {
          finish(phase, batch, one.tile, place: places + offset)
        }
      }
    }
    return true
  }

  private func run(_ list: InstructionList, on tiles: [icl_tile]) -> Bool {
    tiles.withUnsafeBufferPointer { tiles in
      func run(_ instructions: Range<Int>) -> Bool {
        tiles.indices.allSatisfy {
          backend(
            list.pointer + instructions.lowerBound, Int64(instructions.count),
            tiles.baseAddress! + $0) == 0
        }
      }
      var done = 0
      for (index, call) in list.gathering {
        guard run(done..<index), call.perform(tiles, list.pointer + index) else { return false }
        done = index + 1
      }
      return run(done..<list.count)
    }
  }
}
