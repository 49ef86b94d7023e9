import CICL

/// Where a run stands when it is evaluated. Valid during the call that is given it.
public struct Snapshot {
  /// A parameter's values, row-major.
  public struct Parameter {
    public let name: String
    public let shape: [Int]
    public let values: [Double]
  }

  /// An option of the run, as it was set or by default.
  public struct Setting {
    /// As a user would write it.
    public let text: String
    /// Of a number; else NaN, a choice's index, 0 or 1.
    public let value: Double
  }

  let source: icl_snapshot

  /// Optimizer steps done.
  public var step: Int { Int(source.step) }
  /// Of the whole run.
  public var steps: Int { Int(source.steps) }

  /// Empty unless `parameters` or `start` are needed.
  public var parameters: [Parameter] { all(source.parameters) }
  /// The parameters before training; empty unless `start` is needed.
  public var start: [Parameter] { all(source.start) }

  public func parameter(_ name: String) -> Parameter? { find(name, source.parameters) }
  public func start(_ name: String) -> Parameter? { find(name, source.start) }

  /// - Parameter owner: "task", "model", "optimizer" or "run".
  public func setting(_ owner: String, _ name: String) -> Setting? {
    let settings = UnsafeBufferPointer(
      start: source.settings, count: source.settings == nil ? 0 : Int(source.setting_count))
    return settings.first {
      String(cString: $0.owner) == owner && String(cString: $0.name) == name
    }.map { Setting(text: String(cString: $0.text), value: $0.value) }
  }

  private func all(_ tensors: UnsafePointer<icl_tensor>?) -> [Parameter] {
    buffer(tensors).map(Parameter.init)
  }

  private func find(_ name: String, _ tensors: UnsafePointer<icl_tensor>?) -> Parameter? {
    buffer(tensors).first { String(cString: $0.name) == name }.map(Parameter.init)
  }

  private func buffer(_ tensors: UnsafePointer<icl_tensor>?) -> UnsafeBufferPointer<icl_tensor> {
    UnsafeBufferPointer(start: tensors, count: tensors == nil ? 0 : Int(source.parameter_count))
  }
}

extension Snapshot.Parameter {
  fileprivate init(_ tensor: icl_tensor) {
    name = String(cString: tensor.name)
    shape = (0..<Int(tensor.rank)).map { Int(tensor.extents[$0]) }
    values = Array(
      UnsafeBufferPointer(start: tensor.values, count: shape.reduce(1, *)))
  }
}
