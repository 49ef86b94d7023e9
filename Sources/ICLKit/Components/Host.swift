import CICL

/// What the host offers besides the graph. Services that it does not have do nothing.
public struct Host {
  let table: UnsafePointer<icl_host>?

  /// Set once, by the entry point.
  nonisolated(unsafe) public internal(set) static var current = Host(table: nil)

  public enum Level: UInt32, Sendable { case debug, info, warning }

  public func log(_ message: String, level: Level = .info) {
    service(ICL_EXTENSION_LOG, icl_log.self)?.write?(level.rawValue, message)
  }

  /// Whether the user wants to stop: ask in long loops, and throw a `KitError` of code `cancelled`.
  public var isCancelled: Bool {
    service(ICL_EXTENSION_RUN, icl_run.self)?.cancelled?() ?? 0 != 0
  }

  /// The host's threads; 1 where it has no such service.
  public var threads: Int {
    Int(service(ICL_EXTENSION_PARALLEL, icl_parallel.self)?.threads?() ?? 1)
  }

  private func service<Table>(_ id: String, _ type: Table.Type) -> Table? {
    guard let table, let pointer = table.pointee.extension?(table, id) else { return nil }
    guard pointer.load(as: UInt32.self) >= size(type) else { return nil }
    return pointer.load(as: type)
  }
}
