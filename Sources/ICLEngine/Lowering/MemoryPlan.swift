/// Gives every array its place. Arrays of the tile whose lives do not meet share memory.
struct MemoryPlan {
  var sharedCount = 0
  var tileCount = 0
  var accumulatorCount = 0

  init(_ buffers: inout [Buffer]) {
    for index in buffers.indices {
      switch buffers[index].region {
      case .shared:
        buffers[index].offset = sharedCount
        // Each array starts on a cache line in both precisions.
        sharedCount += (buffers[index].count + 15) / 16 * 16
      case .accumulator:
        buffers[index].offset = accumulatorCount
        accumulatorCount += buffers[index].count
      case .tile: break
      }
    }
    place(&buffers)
  }

  /// First fit in the order of first use.
  private mutating func place(_ buffers: inout [Buffer]) {
    let order = buffers.indices
      .filter { buffers[$0].region == .tile }
      .sorted { (buffers[$0].first, $0) < (buffers[$1].first, $1) }
    /// Placed arrays that are still alive, by offset.
    var alive: [(offset: Int, end: Int, last: Int)] = []
    for index in order {
      let buffer = buffers[index]
      alive.removeAll { $0.last < buffer.first }
      var offset = 0
      var position = 0
      for (at, other) in alive.enumerated() {
        if other.offset - offset >= buffer.count { break }
        offset = max(offset, other.end)
        position = at + 1
      }
      while position < alive.count, alive[position].offset < offset { position += 1 }
      buffers[index].offset = offset
      alive.insert((offset, offset + buffer.count, buffer.last), at: position)
      tileCount = max(tileCount, offset + buffer.count)
    }
  }
}
