import ICLEngine

/// The arrays that an optimizer keeps for each parameter, zero at first.
final class OptimizerState {
  /// Of each parameter.
  let arrays: Int
  let elementBytes: Int
  private var memory: [[UnsafeMutableRawPointer]] = []

  init(_ parameters: ParameterStore, arrays: Int) {
    self.arrays = arrays
    elementBytes = parameters.precision == .single ? 4 : 8
    memory = parameters.shapes.map { shape in
      (0..<arrays).map { _ in
        let bytes = max(shape.count * elementBytes, 1)
        let array = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        array.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return array
      }
    }
  }

  func pointers(_ parameter: Int) -> [UnsafeMutableRawPointer] { memory[parameter] }

  deinit { for array in memory.joined() { array.deallocate() } }
}
