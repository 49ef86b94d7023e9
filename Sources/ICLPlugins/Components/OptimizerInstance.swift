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
    public var shape: Shape
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
      self.elementType = elementType
      self.step = step
      self.learningRateScale = learningRateScale
      self.parameters = parameters
      self.gradients = gradients
      self.state = state
    }
  }

  /// Updates one tensor. Any thread.
  public func step(_ update: Update) throws(PluginError) { try step(UpdateTable([update])) }

  /// Updates all tensors, in their order. A worker is asked once for all of them.
  public func step(_ updates: UpdateTable) throws(PluginError) {
    try check(updates)
    let instance = instance
    if component.library.worker != nil {
      return try instance.status("step") { error in
        icl_worker_steps(instance.raw, updates.pointers, UInt32(updates.count), error)
      }
    }
    guard let step = functions.step else { return }
    try instance.status("step") { error in
      for index in 0..<updates.count {
        let code = step(instance.raw, updates.raw + index, error)
        if code != ICL_OK { return code }
      }
      return ICL_OK
    }
  }

  private func check(_ updates: UpdateTable) throws(PluginError) {
    guard !drives else {
      throw instance.error(.notOffered, "it drives the run and takes no single steps.")
    }
    for count in updates.stateCounts where count != stateCount {
      throw instance.error(
        .badArgument, "step needs \(stateCount) state arrays, got \(count).")
    }
  }
}
