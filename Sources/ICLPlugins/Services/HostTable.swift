internal import CICL

/// The host as plugins see it: C tables that live until the process ends.
enum HostTable {
  /// The host that a plugin's entry point is given.
  nonisolated(unsafe) static let host = host(of: .shared)

  /// One that offers certain services, and stays until the process ends.
  static func host(of services: HostServices) -> UnsafePointer<icl_host> {
    keep(Caller(host: make(), arenaOwner: 0, services: .passRetained(services)))
      .withMemoryRebound(to: icl_host.self, capacity: 1) { $0 }
  }

  /// A host that knows which instance calls it.
  struct Caller {
    /// First, so that a pointer to it is a pointer to the whole.
    let host: icl_host
    let arenaOwner: UInt
    /// Kept by whoever made it.
    let services: Unmanaged<HostServices>

    static func owner(_ host: UnsafePointer<icl_host>?) -> UInt {
      host.map { UnsafeRawPointer($0).load(as: Caller.self).arenaOwner } ?? 0
    }

    static func services(_ host: UnsafePointer<icl_host>?) -> HostServices {
      host.map {
        UnsafeRawPointer($0).load(as: Caller.self).services.takeUnretainedValue()
      } ?? .shared
    }
  }

  static func make() -> icl_host {
    icl_host(
      struct_size: UInt32(MemoryLayout<icl_host>.size), abi_minor: ICL_ABI_MINOR,
      name: name, version: version,
      extension: { _, id in
        guard let id else { return nil }
        switch String(cString: id) {
        case ICL_EXTENSION_LOG: return UnsafeRawPointer(HostTable.log)
        case ICL_EXTENSION_PARALLEL: return UnsafeRawPointer(HostTable.parallel)
        case ICL_EXTENSION_ARENA: return UnsafeRawPointer(HostTable.arena)
        case ICL_EXTENSION_RUN: return UnsafeRawPointer(HostTable.run)
        default: return nil
        }
      })
  }

  nonisolated(unsafe) private static let name = text("icl-host")
  nonisolated(unsafe) private static let version = text(HostServices.version)

  nonisolated(unsafe) private static let log = keep(
    icl_log(
      struct_size: UInt32(MemoryLayout<icl_log>.size), reserved: 0,
      write: { host, level, message in
        guard let message else { return }
        Caller.services(host).log(
          HostServices.LogLevel(rawValue: level) ?? .warning, String(cString: message))
      }))

  nonisolated(unsafe) private static let parallel = keep(
    icl_parallel(
      struct_size: UInt32(MemoryLayout<icl_parallel>.size), reserved: 0,
      threads: { host in UInt32(Caller.services(host).threads) },
      run: { host, count, user, body in
        guard let body else { return }
        Parallel.run(count: count, threads: Caller.services(host).threads, user: user, body: body)
      }))

  nonisolated(unsafe) private static let arena = keep(
    icl_arena(
      struct_size: UInt32(MemoryLayout<icl_arena>.size), reserved: 0,
      allocate: { host, bytes in Arena.allocate(bytes, owner: Caller.owner(host)) },
      release: { host, memory in Arena.release(memory, Caller.services(host)) }))

  nonisolated(unsafe) private static let run = keep(
    icl_run(
      struct_size: UInt32(MemoryLayout<icl_run>.size), reserved: 0,
      cancelled: { host in Caller.services(host).cancelled ? 1 : 0 },
      progress: { host, fraction, what in
        Caller.services(host).progress(fraction, what.map { String(cString: $0) } ?? "")
      }))

  private static func keep<Table>(_ table: Table) -> UnsafePointer<Table> {
    let memory = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    memory.initialize(to: table)
    return UnsafePointer(memory)
  }

  private static func text(_ text: String) -> UnsafePointer<CChar> {
    let bytes = Array(text.utf8CString)
    let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
    _ = memory.initialize(fromContentsOf: bytes)
    return UnsafePointer(memory.baseAddress!)
  }
}
