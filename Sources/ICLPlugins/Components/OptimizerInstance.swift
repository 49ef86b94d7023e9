internal import CICL
internal import CICLWorker
public import ICLGraph

/// An optimizer with its options filled: it takes steps, or drives the run.
public final class OptimizerInstance: @unchecked Sendable {
  public var component: Component { instance.component }
  let instance: Instance
  let functions: icl_optimizer

  init(_ instance: Instance, _ functions: icl_optimizer) {
    self.instance = instance
    self.functions = functions
  }

  /// Arrays of a parameter's size that `step` needs, zero at first.
  public var stateCount: Int { Int(functions.state_count) }

  /// Whether it has `minimize` in place of `step`.
  public var drives: Bool { functions.minimize != nil }

  public enum ElementType: UInt32, Hashable, Sendable {
    case single = 1
    case double
  }

  /// One parameter tensor in one step. All buffers hold `shape.count` elements of the type.
  public struct Update {
    public var name: String
    public var shape: Shape { didSet { extents = shape.extents.map(UInt64.init) } }
    fileprivate var extents: [UInt64]
    public var elementType: ElementType
    /// 1 in the first step.
    public var step: UInt64
    /// The schedule's factor.
    public var learningRateScale: Double
    /// Updated in place.
    public var parameters: UnsafeMutableRawPointer
    public var gradients: UnsafeRawPointer
    /// `stateCount` buffers.
    public var state: [UnsafeMutableRawPointer?]

    public init(
      name: String, shape: Shape, elementType: ElementType, step: UInt64,
      learningRateScale: Double = 1, parameters: UnsafeMutableRawPointer,
      gradients: UnsafeRawPointer, state: [UnsafeMutableRawPointer]
    ) {
      self.name = name
      self.shape = shape
      extents = shape.extents.map(UInt64.init)
      self.elementType = elementType
      self.step = step
      self.learningRateScale = learningRateScale
      self.parameters = parameters
      self.gradients = gradients
      self.state = state
    }
  }

  /// Updates one tensor. Any thread.
  public func step(_ update: Update) throws(PluginError) {
    try check(update)
    guard let step = functions.step else { return }
    let instance = instance
    try instance.status("step") { error in
      withRaw(update) { raw in step(instance.raw, raw, error) }
    }
  }

  /// Updates all tensors, in their order. A worker is asked once for all of them.
  public func step(_ updates: [Update]) throws(PluginError) {
    guard component.library.worker != nil else {
      for update in updates { try step(update) }
      return
    }
    for update in updates { try check(update) }
    let instance = instance
    try instance.status("step") { error in
      var raw: [UnsafePointer<icl_update>?] = []
      func next() -> Int32 {
        if raw.count < updates.count {
          return withRaw(updates[raw.count]) { update in
            raw.append(update)
            return next()
          }
        }
        return icl_worker_steps(instance.raw, raw, UInt32(raw.count), error)
      }
      return next()
    }
  }

  private func check(_ update: Update) throws(PluginError) {
    guard !drives else {
      throw instance.error(.notOffered, "it drives the run and takes no single steps.")
    }
    guard update.state.count == stateCount else {
      throw instance.error(
        .badArgument, "step needs \(stateCount) state arrays, got \(update.state.count).")
    }
  }

  private func withRaw(
    _ update: Update, _ body: (UnsafePointer<icl_update>) -> Int32
  ) -> Int32 {
    update.state.withUnsafeBufferPointer { state in
      update.extents.withUnsafeBufferPointer { extents in
        update.name.withCString { name in
          var raw = icl_update(
            struct_size: UInt32(MemoryLayout<icl_update>.size),
            element_type: update.elementType.rawValue, step: update.step,
            learning_rate_scale: update.learningRateScale, count: UInt64(update.shape.count),
            parameters: update.parameters, gradients: update.gradients,
            state: state.baseAddress, name: name, extents: extents.baseAddress,
            rank: UInt32(update.shape.rank), reserved: 0)
          return withUnsafePointer(to: &raw, body)
        }
      }
    }
  }
}
