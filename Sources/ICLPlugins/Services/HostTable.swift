internal import CICL

/// The host as plugins see it: C tables that live until the process ends.
enum HostTable {
  nonisolated(unsafe) static let host: UnsafePointer<icl_host> = keep(
    icl_host(
      struct_size: UInt32(MemoryLayout<icl_host>.size), abi_minor: ICL_ABI_MINOR,
      name: text("icl-host"), version: text(HostServices.version),
      extension: { _, id in
        guard let id else { return nil }
        switch String(cString: id) {
        case ICL_EXTENSION_LOG: return UnsafeRawPointer(log)
        case ICL_EXTENSION_PARALLEL: return UnsafeRawPointer(parallel)
        case ICL_EXTENSION_ARENA: return UnsafeRawPointer(arena)
        case ICL_EXTENSION_RUN: return UnsafeRawPointer(run)
        default: return nil
        }
      }))

  nonisolated(unsafe) private static let log = keep(
    icl_log(
      struct_size: UInt32(MemoryLayout<icl_log>.size), reserved: 0,
      write: { _, level, message in
        guard let message else { return }
        HostServices.log(
          HostServices.LogLevel(rawValue: level) ?? .warning, String(cString: message))
      }))

  nonisolated(unsafe) private static let parallel = keep(
    icl_parallel(
      struct_size: UInt32(MemoryLayout<icl_parallel>.size), reserved: 0,
      threads: { _ in UInt32(HostServices.threads) },
      run: { _, count, user, body in
        guard let body else { return }
        Parallel.run(count: count, threads: HostServices.threads, user: user, body: body)
      }))

  nonisolated(unsafe) private static let arena = keep(
    icl_arena(
      struct_size: UInt32(MemoryLayout<icl_arena>.size), reserved: 0,
      allocate: { _, bytes in Arena.allocate(bytes) }, release: { _, memory in Arena.release(memory) }))

  nonisolated(unsafe) private static let run = keep(
    icl_run(
      struct_size: UInt32(MemoryLayout<icl_run>.size), reserved: 0,
      cancelled: { _ in HostServices.cancelled ? 1 : 0 },
      progress: { _, fraction, what in
        HostServices.progress(fraction, what.map { String(cString: $0) } ?? "")
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
