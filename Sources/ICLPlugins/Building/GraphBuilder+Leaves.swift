internal import CICL
internal import ICLGraph

extension GraphBuilder {
  func input(_ name: UnsafePointer<CChar>?) -> icl_node {
    append("input") { (graph) throws(GraphError) in
      let name = try text(name, "input", "name")
      let rights = session.rights
      try refuseInBody("input")
      if rights.records { return try recorded(name) }
      guard let tensor = rights.signature.tensor(named: name), !rights.roles.isEmpty else {
        let names = rights.signature.tensors.filter { rights.roles.contains($0.role) }.map(\.name)
        throw GraphError(
          operation: "input",
          message: "the prompt has no tensor '\(name)' to read. "
            + suggestion(for: name, among: names, things: "tensors"))
      }
      guard rights.roles.contains(tensor.role) else {
        session.fail(
          "input",
          "\(rights.owner) may not read '\(name)', which is a \(tensor.role) of the prompt",
          isUnreadable: true)
        throw GraphError(operation: "input", message: "")
      }
      guard let node = rights.scope.nodes[name] else {
        throw GraphError(operation: "input", message: "the host has no node for '\(name)'")
      }
      guard graph.shape(of: node) == tensor.shape else {
        throw GraphError(
          operation: "input",
          message:
            "'\(name)' has shape \(graph.shape(of: node)), the signature says \(tensor.shape)")
      }
      return node
    }
  }

  /// A node that a metric may read: a tensor of the prompt, or a named value.
  private func recorded(_ name: String) throws(GraphError) -> NodeID {
    let nodes = session.rights.scope.nodes
    guard let node = nodes[name] else {
      throw GraphError(
        operation: "input",
        message: "there is no value '\(name)' to read. "
          + suggestion(for: name, among: nodes.keys.sorted(), things: "values"))
    }
    return node
  }

  func parameter(_ name: UnsafePointer<CChar>?, _ initial: icl_node) -> icl_node {
    append("parameter") { (graph) throws(GraphError) in
      let name = try text(name, "parameter", "name")
      try refuseInBody("parameter")
      guard session.rights.mayTrain else {
        throw GraphError(
          operation: "parameter",
          message: "'\(name)': only models have parameters, and this is \(session.rights.owner)")
      }
      return try graph.parameter(
        session.qualified(name), initial: try node(initial, "parameter"))
    }
  }

  func constant(
    _ rank: UInt32, _ extents: UnsafePointer<UInt64>?, _ values: UnsafePointer<Double>?
  ) -> icl_node {
    append("constant") { (graph) throws(GraphError) in
      let shape = try shape(rank, extents, "constant")
      guard let values else {
        throw GraphError(operation: "constant", message: "the values are NULL")
      }
      guard shape.count <= 1 << 28 else {
        throw GraphError(
          operation: "constant", message: "shape \(shape) holds more than 2^28 elements")
      }
      return try graph.constant(
        Array(UnsafeBufferPointer(start: values, count: shape.count)), shape)
    }
  }

  func scalar(_ value: Double) -> icl_node {
    append("scalar") { (graph) throws(GraphError) in graph.scalar(value) }
  }

  func random(
    _ kind: UInt32, _ scope: UInt32, _ stream: UnsafePointer<CChar>?, _ rank: UInt32,
    _ extents: UnsafePointer<UInt64>?
  ) -> icl_node {
    append("random") { (graph) throws(GraphError) in
      let stream = try text(stream, "random", "stream")
      try refuseInBody("random")
      guard let kind = RandomSource.Kind(rawValue: kind) else {
        throw GraphError(operation: "random", message: "there is no kind \(kind)")
      }
      guard let scope = RandomSource.Scope(rawValue: scope) else {
        throw GraphError(operation: "random", message: "there is no scope \(scope)")
      }
      guard scope == .run || session.rights.mayDraw else {
        throw GraphError(
          operation: "random",
          message: "'\(stream)' is drawn for every prompt, which only a task's declare may do")
      }
      let source = RandomSource(kind: kind, scope: scope, stream: session.qualified(stream))
      return try graph.random(source, try shape(rank, extents, "random"))
    }
  }

  /// A body is recorded once and run many times, so it has no leaves but constants.
  private func refuseInBody(_ operation: String) throws(GraphError) {
    guard isBody else { return }
    throw GraphError(
      operation: operation,
      message: "the body of a scan may use only the nodes it is given, and constants")
  }
}
