internal import CICL
internal import ICLGraph

extension GraphBuilder {
  func name(_ a: icl_node, _ name: UnsafePointer<CChar>?) -> icl_node {
    append("name") { (graph) throws(GraphError) in
      let node = try node(a, "name")
      let name = session.rights.namePrefix + session.qualified(try text(name, "name", "name"))
      // A value inside a scan's body is one of many and cannot be asked for.
      guard !isBody else { return node }
      guard session.given[name, default: node] == node else {
        throw GraphError(operation: "name", message: "the name '\(name)' is taken")
      }
      session.given[name] = node
      graph.setName(name, for: node)
      return node
    }
  }

  func beginScope(_ name: UnsafePointer<CChar>?) {
    guard isOpen("begin_scope") else { return }
    do throws(GraphError) {
      session.scopes.append(try text(name, "begin_scope", "name"))
    } catch {
      session.fail(error)
    }
  }

  func endScope() {
    guard isOpen("end_scope") else { return }
    if session.scopes.popLast() == nil { session.fail("end_scope", "no scope was begun") }
  }

  func fail(_ message: UnsafePointer<CChar>?) -> icl_node {
    session.fail(
      "the plugin", message.map { String(cString: $0) } ?? "it failed and gave no reason")
    return 0
  }

  func output(_ name: UnsafePointer<CChar>?, _ a: icl_node) {
    guard isOpen("output") else { return }
    do throws(GraphError) {
      let name = try text(name, "output", "name")
      func refuse(_ message: String) -> GraphError {
        GraphError(operation: "output", message: message)
      }
      if session.rights.records, !isBody {
        guard outputs[name] == nil else { throw refuse("'\(name)' was put out before") }
        outputs[name] = try node(a, "output")
        return
      }
      guard let expected = session.rights.outputs, !isBody else {
        throw refuse("'\(name)': only the declare of a task or metric puts out tensors")
      }
      guard let tensor = expected.first(where: { $0.name == name }) else {
        throw refuse(
          "the signature has no tensor '\(name)'. "
            + suggestion(for: name, among: expected.map(\.name), things: "tensors"))
      }
      guard outputs[name] == nil else { throw refuse("'\(name)' was put out before") }
      let node = try node(a, "output")
      guard graph.shape(of: node) == tensor.shape else {
        throw refuse(
          "'\(name)' has shape \(graph.shape(of: node)), the signature says \(tensor.shape)")
      }
      outputs[name] = node
    } catch {
      session.fail(error)
    }
  }
}
