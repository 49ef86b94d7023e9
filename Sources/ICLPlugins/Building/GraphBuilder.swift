internal import CICL
internal import ICLGraph

/// The host's side of an `icl_graph`: checks what the plugin hands over and appends to a graph.
///
/// After the first error every call returns the null node and appends nothing.
final class GraphBuilder {
  var graph: Graph
  let session: BuildSession
  let isBody: Bool
  /// While a scan's body is recorded, this graph must not be used.
  var isRecording = false
  var outputs: [String: NodeID] = [:]
  private let number: Int

  init(_ graph: consuming Graph, session: BuildSession, isBody: Bool = false) {
    self.graph = graph
    self.session = session
    self.isBody = isBody
    session.builderCount += 1
    number = session.builderCount
  }

  /// Calls the body with a C table whose functions arrive at this builder.
  func withTable<Result>(_ body: (UnsafePointer<icl_graph>) -> Result) -> Result {
    withExtendedLifetime(self) {
      var table = GraphTable.make(Unmanaged.passUnretained(self).toOpaque())
      if let memory = session.rights.instance.memory {
        return body(memory.structure("the icl_graph", table))
      }
      return withUnsafePointer(to: &table, body)
    }
  }

  /// Whether the operation may go on; false after an error, or where the graph is not to be used.
  func isOpen(_ operation: String) -> Bool {
    guard session.error == nil else { return false }
    guard !isRecording else {
      session.fail(operation, "the outer graph was used inside the body of a scan")
      return false
    }
    return true
  }

  /// Appends a node by a checked function of the graph, and gives it a number.
  func append(
    _ operation: String, _ make: (inout Graph) throws(GraphError) -> NodeID
  ) -> icl_node {
    guard isOpen(operation) else { return 0 }
    do {
      return publish(try make(&graph), operation)
    } catch {
      session.fail(error)
      return 0
    }
  }

  /// Gives a node a number, unless it is too large.
  func publish(_ node: NodeID, _ operation: String) -> icl_node {
    if let reason = Limits.check(graph.shape(of: node)) {
      session.fail(operation, reason)
      return 0
    }
    return session.number(node, builder: number)
  }

  /// The node of a number that the plugin handed over.
  func node(_ handle: icl_node, _ what: String) throws(GraphError) -> NodeID {
    func refuse(_ message: String) -> GraphError { GraphError(operation: what, message: message) }
    guard handle != 0 else { throw refuse("an operand is the null node") }
    guard let (node, builder) = session.node(handle) else {
      throw refuse("there is no node \(handle)")
    }
    guard builder == number else {
      throw refuse(
        isBody
          ? "node \(handle) is not of this body, which may use only the nodes it is given"
          : "node \(handle) is of the body of a scan and cannot be used outside")
    }
    return node
  }

  func nodes(
    _ handles: UnsafePointer<icl_node>?, _ count: UInt32, _ what: String
  ) throws(GraphError) -> [NodeID] {
    guard count > 0 else { return [] }
    guard let handles, count <= 65536 else {
      throw GraphError(
        operation: what, message: "a list of \(count) nodes that is NULL or too long")
    }
    var result: [NodeID] = []
    for index in 0..<Int(count) { result.append(try node(handles[index], what)) }
    return result
  }

  /// A shape from rank and extents.
  func shape(
    _ rank: UInt32, _ extents: UnsafePointer<UInt64>?, _ what: String
  ) throws(GraphError) -> Shape {
    guard rank <= Limits.rank else {
      throw GraphError(operation: what, message: "rank \(rank); the highest is \(Limits.rank)")
    }
    guard extents != nil || rank == 0 else {
      throw GraphError(operation: what, message: "the extents are NULL")
    }
    switch Limits.shape((0..<Int(rank)).map { extents![$0] }) {
    case .success(let shape): return shape
    case .failure(let reason): throw GraphError(operation: what, message: reason.message)
    }
  }

  /// One number for each axis.
  func integers<Number: FixedWidthInteger>(
    _ values: UnsafePointer<Number>?, _ count: Int, _ what: String, _ name: String
  ) throws(GraphError) -> [Int] {
    guard count > 0 else { return [] }
    guard let values else { throw GraphError(operation: what, message: "\(name) is NULL") }
    var result: [Int] = []
    for index in 0..<count {
      guard let value = Int(exactly: values[index]), value <= Limits.count else {
        throw GraphError(operation: what, message: "\(name) holds \(values[index]), above 2^40")
      }
      result.append(value)
    }
    return result
  }

  func text(
    _ pointer: UnsafePointer<CChar>?, _ what: String, _ name: String
  ) throws(GraphError) -> String {
    guard let pointer else { throw GraphError(operation: what, message: "the \(name) is NULL") }
    guard let text = String(validatingCString: pointer) else {
      throw GraphError(operation: what, message: "the \(name) is not UTF-8")
    }
    guard !text.isEmpty else { throw GraphError(operation: what, message: "the \(name) is empty") }
    return text
  }
}
