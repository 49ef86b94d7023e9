internal import CICL
public import ICLGraph

/// A model, or a predictor, with its options filled.
public final class ModelInstance: @unchecked Sendable {
  public var component: Component { instance.component }
  let instance: Instance
  private let functions: icl_model

  init(_ instance: Instance, _ functions: icl_model) {
    self.instance = instance
    self.functions = functions
  }

  /// Whether it computes by `predict` and has no graph.
  public var predictsByItself: Bool { functions.predict != nil }

  /// Appends the model to the graph and returns its predictions, of the target's shape. [main]
  ///
  /// On an error the graph is as it was.
  public func build(
    in graph: inout Graph, scope: PromptScope, signature: Signature
  ) throws(PluginError) -> NodeID {
    guard let build = functions.build else {
      throw instance.error(.notOffered, "it predicts by itself and has no graph.")
    }
    let rights = Rights(
      owner: "model '\(component.id)'", instance: instance, signature: signature, roles: [.input],
      scope: scope,
      mayTrain: true)
    return try instance.withSignature(signature) { (raw) throws(PluginError) in
      try instance.buildNode(
        "build", in: &graph, rights, shape: signature.targetShape, what: "the target's"
      ) { table, error in build(instance.raw, table, raw, error) }
    }
  }

  /// Predictions [count, positions, output dimension]. Any thread.
  ///
  /// Input k is the k-th of `signature.inputs` and holds count tensors. What the plugin leaves
  /// unwritten is NaN.
  public func predict(
    signature: Signature, count: Int, inputs: [[Double]]
  ) throws(PluginError) -> [Double] {
    guard let predict = functions.predict else {
      throw instance.error(.notOffered, "it has a graph and does not predict by itself.")
    }
    let sizes = signature.inputs.map { $0.shape.count * count }
    guard count >= 0, inputs.map(\.count) == sizes else {
      throw instance.error(
        .badArgument, "predict needs inputs of \(sizes) values, got \(inputs.map(\.count)).")
    }
    let memory = SignatureMemory(signature)
    var predictions = [Double](repeating: .nan, count: count * signature.targetShape.count)
    let instance = instance
    try withPointers(to: inputs) { (pointers) throws(PluginError) in
      try instance.status("predict") { error in
        withExtendedLifetime(memory) {
          predict(
            instance.raw, memory.pointer, UInt64(count), pointers, &predictions, error)
        }
      }
    }
    return predictions
  }
}

/// The arrays' addresses, valid in the body.
func withPointers(
  to arrays: [[Double]],
  _ body: (UnsafePointer<UnsafePointer<Double>?>) throws(PluginError) -> Void
) throws(PluginError) {
  let total = arrays.reduce(0) { $0 + $1.count }
  let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: max(total, 1))
  let pointers = UnsafeMutableBufferPointer<UnsafePointer<Double>?>.allocate(
    capacity: max(arrays.count, 1))
  defer {
    values.deallocate()
    pointers.deallocate()
  }
  var start = values.baseAddress!
  for (index, array) in arrays.enumerated() {
    pointers.initializeElement(at: index, to: UnsafePointer(start))
    array.withUnsafeBufferPointer { array in
      if let source = array.baseAddress { start.initialize(from: source, count: array.count) }
    }
    start += array.count
  }
  try body(UnsafePointer(pointers.baseAddress!))
}
