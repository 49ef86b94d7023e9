internal import ICLGraph
internal import ICLPlugins

/// A custom operation at the values that its inputs have for some prompts, called on the suite's own
/// buffers.
struct CustomTrial {
  let specimen: Specimen
  let operation: CustomOperation
  var count: Int
  var inputs: [[Double]]
  /// Output elements of all prompts.
  var outputs: Int { count * operation.shape.count }
  var gradient: [Double]
  private var trial: Trial { specimen.trial }
  var name: String { "custom operation '\(operation.name)' of \(specimen.name)" }

  init(
    _ specimen: Specimen, _ built: BuiltModel,
    _ custom: (operation: CustomOperation, node: NodeID, inputs: [NodeID]), _ prompts: Prompts
  ) throws {
    self.specimen = specimen
    operation = custom.operation
    let trial = specimen.trial
    let isBatched = built.graph[custom.node].isBatched
    count = isBatched ? prompts.count : 1
    let values = try trial.call(specimen.label("the graph")) {
      try built.values(of: custom.inputs, prompts, seed: trial.seed)
    }
    let sizes = custom.inputs.map { built.graph.shape(of: $0).count }
    let prompts = count
    inputs = zip(values, sizes).map { Array($0.prefix(prompts * $1)) }
    var numbers = trial.numbers("custom.gradient")
    gradient = numbers.normal(count * custom.operation.shape.count)
  }

  /// The same at other inputs.
  func moved(to inputs: [[Double]]) -> CustomTrial {
    var copy = self
    copy.inputs = inputs
    return copy
  }

  func forward(_ given: [[Double]]? = nil) throws -> [Double] {
    try forward(given ?? inputs, operation.forward)
  }

  func forwardSingle() throws -> [Float]? {
    try operation.forwardSingle.map { try forward(inputs.map { $0.map { Float($0) } }, $0) }
  }

  /// Gradients of the inputs.
  func pullback(_ cotangent: [Double]? = nil) throws -> [[Double]] {
    guard let pullback = operation.pullback else {
      throw Inapplicable(reason: "'\(operation.name)' has no pullback")
    }
    return try self.pullback(inputs, forward(), cotangent ?? gradient, pullback)
  }

  func pullbackSingle() throws -> [[Float]]? {
    guard let pullback = operation.pullbackSingle, let output = try forwardSingle() else {
      return nil
    }
    let inputs = inputs.map { $0.map { Float($0) } }
    return try self.pullback(inputs, output, gradient.map { Float($0) }, pullback)
  }

  /// What shows that inputs of 2^-1050 are taken for zero: the output is 0 there as at 0, though the
  /// derivative says that it should not be. nil where there is nothing of the kind.
  var flushing: String? {
    get throws {
      guard operation.pullback != nil else { return nil }
      var zero = self
      zero.inputs = inputs.map { $0.map { _ in 0 } }
      guard try zero.forward().allSatisfy({ $0 == 0 }) else { return nil }
      let slopes = try zero.pullback([Double](repeating: 1, count: outputs))
      let slope = slopes.reduce(0.0) { $1.reduce($0, +) }
      let tiny = try forward(inputs.map { $0.map { _ in 0x1p-1050 } })
      guard abs(slope) > 0x1p-10, abs(slope) < 0x1p10, tiny.allSatisfy({ $0 == 0 }) else {
        return nil
      }
      return "\(name): inputs of 2^-1050 give 0, with a derivative of \(slope)"
    }
  }

  private func forward<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ values: [[Scalar]], _ function: CustomOperation.Forward<Scalar>
  ) throws -> [Scalar] {
    let buffers = values.enumerated().map { trial.input("input \($0)", $1) }
    let output = trial.output("the output", outputs, as: Scalar.self)
    let label = "forward of \(name)"
    try trial.watching(label, watched(buffers)) {
      try trial.call(label) {
        try function(
          count, buffers.map { UnsafePointer($0.address.assumingMemoryBound(to: Scalar.self)) },
          output.address.assumingMemoryBound(to: Scalar.self))
      }
    }
    return output.values()
  }

  private func pullback<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ values: [[Scalar]], _ output: [Scalar], _ cotangent: [Scalar],
    _ function: CustomOperation.Pullback<Scalar>
  ) throws -> [[Scalar]] {
    let buffers = values.enumerated().map { trial.input("input \($0)", $1) }
    let given = trial.input("the output", output)
    let above = trial.input("the output's gradient", cotangent)
    let gradients = values.enumerated().map {
      trial.output("gradient of input \($0)", $1.count, as: Scalar.self)
    }
    let label = "pullback of \(name)"
    try trial.watching(label, watched(buffers + [given, above])) {
      try trial.call(label) {
        try function(
          count, buffers.map { UnsafePointer($0.address.assumingMemoryBound(to: Scalar.self)) },
          UnsafePointer(given.address.assumingMemoryBound(to: Scalar.self)),
          UnsafePointer(above.address.assumingMemoryBound(to: Scalar.self)),
          gradients.map { $0.address.assumingMemoryBound(to: Scalar.self) })
      }
    }
    return gradients.map { $0.values() }
  }

  private func watched(_ buffers: [GuardedBuffer]) -> [(name: String, buffer: GuardedBuffer)] {
    buffers.enumerated().map { ("argument \($0)", $1) }
  }
}

extension Trial {
  /// Does a body for every custom operation of every model.
  func everyCustom(_ body: (CustomTrial) throws -> Verdict) throws -> Verdict {
    try everyComponent { component in
      guard component.kind == .model else { throw Inapplicable(reason: "it is no model") }
      let specimen = try Specimen(self, component)
      defer { specimen.destroy() }
      guard !specimen.predictsByItself else {
        throw Inapplicable(reason: "it has no graph, so no custom operations")
      }
      let (prompts, built) = try accepted(specimen, count: 3) { try specimen.build($0.signature) }
      guard !built.customs.isEmpty else {
        throw Inapplicable(reason: "its graph has no custom operations")
      }
      var verdict = Verdict.notApplicable("")
      for custom in built.customs {
        verdict = try body(CustomTrial(specimen, built, custom, prompts))
        if case .failed = verdict { return verdict }
      }
      return verdict
    }
  }
}
