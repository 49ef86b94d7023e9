internal import CICL
internal import ICLGraph

extension Instance {
  /// Lets the plugin append to the graph, with these rights. On an error the graph is as before.
  ///
  /// The body returns the number of the node it made; nil where the call makes none.
  func build(
    _ function: String, in graph: inout Graph, _ rights: Rights,
    _ body: (UnsafePointer<icl_graph>, UnsafeMutablePointer<icl_error>) -> icl_node?
  ) throws(PluginError) -> (node: NodeID?, outputs: [String: NodeID]) {
    let session = BuildSession(rights)
    let builder = GraphBuilder(graph, session: session)
    let (result, report) = try call(function) { error in
      builder.withTable { table in body(table, error) }
    }
    if let error = session.error {
      throw self.error(
        session.isUnreadable ? .notReadable : .badGraph,
        "\(function): " + (error.operation == "the plugin" ? "" : "\(error.operation): ")
          + error.message + (error.message.last?.isPunctuation == true ? "" : "."),
        path: error.path)
    }
    guard report.code == ICL_OK else {
      throw error(
        report.code == ICL_CANCELLED ? .cancelled : .callFailed,
        "\(function) failed: \(report.sentence(report.code))", path: report.path)
    }
    guard session.scopes.isEmpty else {
      throw error(.badGraph, "\(function) did not end the scope '\(session.scopePath)'.")
    }
    var node: NodeID?
    if let result {
      do {
        node = try builder.node(result, function)
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
    let node = try build(function, in: &extended, rights, body).node!
    guard extended.shape(of: node) == shape else {
      throw error(
        .badGraph,
        "\(function) returned shape \(extended.shape(of: node)), expected \(shape), \(what).")
    }
    graph = extended
    return node
  }
}
