internal import CICL
internal import CICLWorker
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
        pullbackSingle: raw.pullback_f32.map { user.pullback("pullback_f32", $0) },
        gathered: user.gathered(
          ICL_WORKER_FORWARD_F64, pullback: raw.pullback_f64 == nil ? nil : ICL_WORKER_PULLBACK_F64,
          inputs: Int(count)),
        gatheredSingle: raw.forward_f32 == nil
          ? nil
          : user.gathered(
            ICL_WORKER_FORWARD_F32,
            pullback: raw.pullback_f32 == nil ? nil : ICL_WORKER_PULLBACK_F32, inputs: Int(count)))
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

  /// Calls of many tiles in one crossing, of an operation that is in a worker.
  func gathered<Scalar>(
    _ forward: UInt32, pullback: UInt32?, inputs: Int
  ) -> GatheredCalls<Scalar>? {
    guard instance.component.library.worker != nil else { return nil }
    let precision = MemoryLayout<Scalar>.size == 4 ? "f32" : "f64"
    var gathered = GatheredCalls<Scalar> { count, piece, fill, read in
      try send(forward, "forward_\(precision)", count, piece, inputs: inputs, inputs, fill, read)
    }
    if let pullback {
      gathered.pullback = { input, count, piece, fill, read in
        try send(
          pullback, "pullback_\(precision)", count, piece, inputs: inputs + 2,
          inputs + 2 + input, fill, read)
      }
    }
    return gathered
  }

  private func send<Scalar>(
    _ operation: UInt32, _ function: String, _ count: Int, _ piece: Int, inputs: Int,
    _ result: Int, _ fill: GatheredCalls<Scalar>.Fill, _ read: GatheredCalls<Scalar>.Read
  ) throws(PluginError) {
    try check(function) {
      var status = ICL_OK
      guard
        let rows = icl_worker_rows_begin(
          pointer, operation, UInt64(count), UInt64(piece), &status)
      else { return status }
      defer { icl_worker_rows_end(rows) }
      func array(_ index: Int) -> UnsafeMutablePointer<Scalar> {
        icl_worker_rows_array(rows, UInt32(index)).assumingMemoryBound(to: Scalar.self)
      }
      fill((0..<inputs).map(array))
      status = icl_worker_rows_send(rows)
      if status == ICL_OK { read(array(result)) }
      return status
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
