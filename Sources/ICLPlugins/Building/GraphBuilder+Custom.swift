internal import CICL
internal import ICLGraph

extension GraphBuilder {
  func custom(
    _ pointer: UnsafePointer<icl_custom>?, _ count: UInt32, _ handles: UnsafePointer<icl_node>?
  ) -> icl_node {
    append("custom") { (graph) throws(GraphError) in
      guard let pointer, structSize(pointer) >= MemoryLayout<icl_custom>.size else {
        throw GraphError(operation: "custom", message: "the icl_custom is NULL or cut short")
      }
      let raw: icl_custom = sizedRead(pointer, size: structSize(pointer))
      let name = try text(raw.name, "custom", "name")
      guard let forward = raw.forward_f64 else {
        throw GraphError(operation: "custom", message: "'\(name)' has no forward_f64")
      }
      let shape = try shape(raw.rank, raw.extents, "custom '\(name)'")
      let user = CustomUser(
        name: name, owner: session.rights.owner, instance: session.rights.instance,
        pointer: raw.user)
      let operation = CustomOperation(
        name: name, shape: shape, forward: user.forward("forward_f64", forward),
        pullback: raw.pullback_f64.map { user.pullback("pullback_f64", $0) },
        forwardSingle: raw.forward_f32.map { user.forward("forward_f32", $0) },
        pullbackSingle: raw.pullback_f32.map { user.pullback("pullback_f32", $0) })
      return graph.custom(operation, try nodes(handles, count, "custom '\(name)'"))
    }
  }
}

/// A function of the plugin's, which the header says may be called on any thread.
private struct AnyThread<Function>: @unchecked Sendable {
  let call: Function
}

/// Whose functions a custom operation calls: valid until the instance is destroyed, so it is kept.
private struct CustomUser: @unchecked Sendable {
  let name: String
  let owner: String
  let instance: Instance
  let pointer: UnsafeMutableRawPointer?

  typealias Forward<Scalar> =
    (
      UnsafeMutableRawPointer?, UInt64, UnsafePointer<UnsafePointer<Scalar>?>?,
      UnsafeMutablePointer<Scalar>?
    ) -> Int32
  typealias Pullback<Scalar> =
    (
      UnsafeMutableRawPointer?, UInt64, UnsafePointer<UnsafePointer<Scalar>?>?,
      UnsafePointer<Scalar>?, UnsafePointer<Scalar>?, UnsafePointer<UnsafeMutablePointer<Scalar>?>?
    ) -> Int32

  func forward<Scalar>(
    _ function: String, _ call: @escaping Forward<Scalar>
  ) -> CustomOperation.Forward<Scalar> {
    let function = (name: function, code: AnyThread(call: call))
    return { count, inputs, output in
      let inputs: [UnsafePointer<Scalar>?] = inputs
      try check(function.name) { function.code.call(pointer, UInt64(count), inputs, output) }
    }
  }

  func pullback<Scalar>(
    _ function: String, _ call: @escaping Pullback<Scalar>
  ) -> CustomOperation.Pullback<Scalar> {
    let function = (name: function, code: AnyThread(call: call))
    return { count, inputs, output, outputGradient, inputGradients in
      let inputs: [UnsafePointer<Scalar>?] = inputs
      let gradients: [UnsafeMutablePointer<Scalar>?] = inputGradients
      try check(function.name) {
        function.code.call(pointer, UInt64(count), inputs, output, outputGradient, gradients)
      }
    }
  }

  private func check(_ function: String, _ body: () -> Int32) throws(PluginError) {
    let (status, changed) = FloatingPointMode.guarding(body)
    guard status == ICL_OK else {
      try instance.component.checkWorker()
      throw PluginError(
        status == ICL_CANCELLED ? .cancelled : .callFailed,
        "\(owner): \(function) of the operation '\(name)' failed with code \(status).")
    }
    guard !changed else {
      throw PluginError(
        .floatingPointState,
        "\(owner): \(function) of the operation '\(name)' changed the floating-point mode.",
        hint: "A plugin leaves the mode as it was.")
    }
  }
}
