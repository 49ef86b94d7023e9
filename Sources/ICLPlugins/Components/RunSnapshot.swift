internal import CICL

/// Where a run stands when it is evaluated, for metrics.
public struct RunSnapshot: Sendable {
  /// A parameter's values, row-major.
  public struct Tensor: Hashable, Sendable {
    public var name: String
    public var shape: [Int]
    public var values: [Double]

    public init(name: String, shape: [Int], values: [Double]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  public struct Setting: Hashable, Sendable {
    /// "task", "model", "optimizer" or "run".
    public var owner: String
    public var name: String
    public var value: OptionValue

    public init(owner: String, name: String, value: OptionValue) {
      self.owner = owner
      self.name = name
      self.value = value
    }
  }

  /// Optimizer steps done.
  public var step: Int
  /// Of the whole run.
  public var steps: Int
  public var parameters: [Tensor]
  /// The parameters before training, in the same order.
  public var start: [Tensor]
  public var settings: [Setting]

  public init(
    step: Int = 0, steps: Int = 0, parameters: [Tensor] = [], start: [Tensor] = [],
    settings: [Setting] = []
  ) {
    self.step = step
    self.steps = steps
    self.parameters = parameters
    self.start = start
    self.settings = settings
  }
}

/// A snapshot as plugins read it, in memory that lives as long as this object.
final class SnapshotMemory {
  let pointer: UnsafeMutablePointer<icl_snapshot>
  private let texts = TextMemory()
  private var arrays: [UnsafeMutableRawPointer] = []

  /// Parameters are there only if the metric needs them.
  init(_ snapshot: RunSnapshot, _ needs: MetricNeeds) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: icl_snapshot())
    pointer.pointee.struct_size = UInt32(MemoryLayout<icl_snapshot>.size)
    pointer.pointee.step = UInt64(snapshot.step)
    pointer.pointee.steps = UInt64(snapshot.steps)
    pointer.pointee.parameter_count = UInt32(snapshot.parameters.count)
    if !needs.isDisjoint(with: [.parameters, .start]) {
      pointer.pointee.parameters = tensors(snapshot.parameters)
    }
    if needs.contains(.start) { pointer.pointee.start = tensors(snapshot.start) }
    pointer.pointee.setting_count = UInt64(snapshot.settings.count)
    pointer.pointee.settings = keep(
      snapshot.settings.map {
        icl_setting(
          owner: texts.keep($0.owner), name: texts.keep($0.name), text: texts.keep($0.value.description),
          value: $0.value.number)
      })
  }

  deinit {
    for array in arrays { array.deallocate() }
    pointer.deallocate()
  }

  private func tensors(_ tensors: [RunSnapshot.Tensor]) -> UnsafePointer<icl_tensor>? {
    keep(
      tensors.map {
        icl_tensor(
          name: texts.keep($0.name), values: keep($0.values), rank: UInt64($0.shape.count),
          extents: keep($0.shape.map(UInt64.init)))
      })
  }

  private func keep<Element>(_ values: [Element]) -> UnsafePointer<Element>? {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(values.count, 1))
    _ = memory.initialize(fromContentsOf: values)
    arrays.append(UnsafeMutableRawPointer(memory.baseAddress!))
    return UnsafePointer(memory.baseAddress)
  }
}
