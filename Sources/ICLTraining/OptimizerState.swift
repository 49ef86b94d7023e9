import ICLEngine

/// The arrays that an optimizer keeps for each parameter, zero at first.
final class OptimizerState {
  /// Of each parameter.
  let arrays: Int
  let elementBytes: Int
  private let counts: [Int]
  private var memory: [[UnsafeMutableRawPointer]] = []

  init(_ parameters: ParameterStore, arrays: Int) {
    self.arrays = arrays
    elementBytes = parameters.precision == .single ? 4 : 8
    counts = parameters.shapes.map(\.count)
    memory = counts.map { count in
      (0..<arrays).map { _ in
        let bytes = max(count * elementBytes, 1)
        let array = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        array.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return array
      }
    }
  }

  func pointers(_ parameter: Int) -> [UnsafeMutableRawPointer] { memory[parameter] }

  /// All zero again.
  func clear() {
    for (count, arrays) in zip(counts, memory) {
      for array in arrays {
        array.initializeMemory(as: UInt8.self, repeating: 0, count: count * elementBytes)
      }
    }
  }

  deinit { for array in memory.joined() { array.deallocate() } }
}
