import CICL

/// What the host offers a component besides the graph.
///
/// A component that wants it declares `let host = Host()`; it is connected when the component is
/// made. Services that the host does not have do nothing.
public final class Host {
  private var table: UnsafePointer<icl_host>?

  public init() {}

  func connect(_ table: UnsafePointer<icl_host>?) { self.table = table }

  public enum Level: UInt32, Sendable { case debug, info, warning }

  public func log(_ message: String, level: Level = .info) {
    service(ICL_EXTENSION_LOG, icl_log.self)?.write?(table, level.rawValue, message)
  }

  /// Whether the user wants to stop: ask in long loops, and throw a `KitError` of code `cancelled`.
  public var isCancelled: Bool {
    service(ICL_EXTENSION_RUN, icl_run.self)?.cancelled?(table) ?? 0 != 0
  }

  /// How much of a long job is done, 0 to 1, and what it is.
  public func progress(_ fraction: Double, _ what: String) {
    service(ICL_EXTENSION_RUN, icl_run.self)?.progress?(table, fraction, what)
  }

  private func service<Table>(_ id: String, _ type: Table.Type) -> Table? {
    guard let table, let pointer = table.pointee.extension?(table, id) else { return nil }
    guard pointer.load(as: UInt32.self) >= size(type) else { return nil }
    return pointer.load(as: type)
  }
}
