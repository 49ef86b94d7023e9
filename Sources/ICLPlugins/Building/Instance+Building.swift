internal import CICL
internal import ICLGraph

/// What a plugin's building function returns.
enum BuildAnswer {
  case node(icl_node)
  case status(Int32)
}

extension Instance {
  /// Lets the plugin append to the graph, with these rights. On an error the graph is as before.
  func build(
    _ function: String, in graph: inout Graph, _ rights: Rights,
    _ body: (UnsafePointer<icl_graph>, UnsafeMutablePointer<icl_error>) -> BuildAnswer
  ) throws(PluginError) -> (node: NodeID?, outputs: [String: NodeID]) {
    let session = BuildSession(rights)
    let builder = GraphBuilder(graph, session: session)
    for operand in rights.operands { _ = builder.publish(operand, function) }
    let (answer, report) = try call(function) { error in
      builder.withTable { table in body(table, error) }
    }
    if let error = session.error {
      throw self.error(
        session.isUnreadable ? .notReadable : .badGraph,
        "\(function): " + (error.operation == "the plugin" ? "" : "\(error.operation): ")
          + error.message
          + (error.message.hasSuffix(".") || error.message.hasSuffix("?") ? "" : "."),
        path: error.path)
    }
    var code = report.code
    if case .status(let status) = answer, status != ICL_OK { code = status }
    guard code == ICL_OK else {
      throw error(
        code == ICL_CANCELLED ? .cancelled : .callFailed,
        "\(function) failed: \(report.sentence(code))", path: report.path)
    }
    guard session.scopes.isEmpty else {
      throw error(.badGraph, "\(function) did not end the scope '\(session.scopePath)'.")
    }
    var node: NodeID?
    if case .node(let number) = answer {
      do {
        node = try builder.node(number, function)
      } catch {
        throw self.error(.badGraph, "\(function) returned no node: \(error.message).")
      }
    }
    graph = builder.graph
    return (node, builder.outputs)
  }

  /// Of a build, where it must have this shape.
  func buildNode(
    _ function: String, in graph: inout Graph, _ rights: Rights, shape: Shape, what: String,
    _ body: (UnsafePointer<icl_graph>, UnsafeMutablePointer<icl_error>) -> icl_node
  ) throws(PluginError) -> NodeID {
    var extended = graph
    let node = try build(function, in: &extended, rights) { table, error in
      .node(body(table, error))
    }.node!
    guard extended.shape(of: node) == shape else {
      throw error(
        .badGraph,
        "\(function) returned shape \(extended.shape(of: node)), expected \(shape), \(what).")
    }
    graph = extended
    return node
  }
}
