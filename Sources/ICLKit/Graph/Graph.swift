import CICL

/// The computation of one prompt, while it is written; the batch is implicit.
///
/// Errors are sticky: after the first, every call returns the null tensor, and the host reports the
/// first. So a model needs no check per line. Valid only during the call that was given it.
public struct Graph {
  let pointer: UnsafePointer<icl_graph>
  /// The scope: "layers.0"; "" at the top.
  public let path: String

  init(_ pointer: UnsafePointer<icl_graph>?) throws {
    guard let pointer, pointer.pointee.struct_size >= size(icl_graph.self) else {
      throw KitError("the host passed no graph that this plugin knows", code: .failed)
    }
    self.pointer = pointer
    path = ""
  }

  private init(_ graph: Graph, path: String) {
    pointer = graph.pointer
    self.path = path
  }

  var table: icl_graph { pointer.pointee }
  var builder: OpaquePointer? { pointer.pointee.builder }

  /// Names and parameters within get the prefix: graph.scope("layers.0") { … }.
  public func scope<Result>(_ name: String, _ body: (Graph) throws -> Result) rethrows -> Result {
    table.begin_scope(builder, name)
    defer { table.end_scope(builder) }
    return try body(Graph(self, path: path.isEmpty ? name : "\(path).\(name)"))
  }

  /// Reports an error of the plugin's own, unless there was one before.
  @discardableResult
  public func fail(_ message: String) -> Tensor { Tensor(table.fail(builder, message), in: self) }
}
