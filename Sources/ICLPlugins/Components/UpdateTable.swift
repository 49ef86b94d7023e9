internal import CICL

/// What an optimizer is told of each parameter tensor, in C's words: written once, and used in every step.
public final class UpdateTable {
  public let count: Int
  let raw: UnsafeMutablePointer<icl_update>
  /// Pointers to them, as a worker takes them.
  let pointers: UnsafeMutablePointer<UnsafePointer<icl_update>?>
  private var names: [UnsafeMutablePointer<CChar>] = []
  private var extents: [UnsafeMutablePointer<UInt64>] = []
  private var states: [UnsafeMutablePointer<UnsafeMutableRawPointer?>] = []
  let stateCounts: [Int]

  public init(_ updates: [OptimizerInstance.Update]) {
    count = updates.count
    raw = .allocate(capacity: max(count, 1))
    pointers = .allocate(capacity: max(count, 1))
    stateCounts = updates.map(\.state.count)
    for (index, update) in updates.enumerated() {
      let name = update.name.utf8CString
      let text = UnsafeMutablePointer<CChar>.allocate(capacity: name.count)
      text.initialize(from: Array(name), count: name.count)
      let shape = UnsafeMutablePointer<UInt64>.allocate(capacity: max(update.shape.rank, 1))
      shape.initialize(from: update.shape.extents.map(UInt64.init), count: update.shape.rank)
      let state = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(
        capacity: max(update.state.count, 1))
      state.initialize(from: update.state, count: update.state.count)
      names.append(text)
      extents.append(shape)
      states.append(state)
      (raw + index).initialize(
        to: icl_update(
          struct_size: UInt32(MemoryLayout<icl_update>.size),
          element_type: update.elementType.rawValue, step: update.step,
          learning_rate_scale: update.learningRateScale, count: UInt64(update.shape.count),
          parameters: update.parameters, gradients: update.gradients, state: state, name: text,
          extents: shape, rank: UInt32(update.shape.rank), reserved: 0))
      (pointers + index).initialize(to: raw + index)
    }
  }

  deinit {
    for name in names { name.deallocate() }
    for shape in extents { shape.deallocate() }
    for state in states { state.deallocate() }
    pointers.deallocate()
    raw.deallocate()
  }

  /// step: 1 in the first one. scale: the schedule's factor.
  public func set(step: UInt64, learningRateScale scale: Double) {
    for index in 0..<count {
      raw[index].step = step
      raw[index].learning_rate_scale = scale
    }
  }

  public func set(gradients: UnsafeRawPointer, of index: Int) {
    raw[index].gradients = gradients
  }
}
