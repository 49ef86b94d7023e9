internal import Glibc
internal import Synchronization

/// The libraries that run in workers, by file: one worker each, and a new one where the file has
/// changed or the worker has ended.
enum IsolatedLibraries {
  private struct File: Hashable {
    var path: String
    /// Of the bytes that were checked, where it is a copy that runs.
    var digest: String?
    var device: UInt
    var number: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    init?(_ path: String, digest: String?) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      self.path = path
      self.digest = digest
      device = UInt(status.st_dev)
      number = UInt(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  private struct State: @unchecked Sendable {
    var current: [File: PluginLibrary] = [:]
    /// Components refer to their library, also where its worker has ended.
    var ended: [PluginLibrary] = []
  }

  private static let state = Mutex(State())

  /// What workers have printed last is passed on before the program ends. A process that was forked
  /// from this one has none of its threads, and leaves the workers alone.
  private static let endsThem: Void = {
    _ = owner
    atexit { if getpid() == IsolatedLibraries.owner { IsolatedLibraries.finish() } }
  }()
  private static let owner = getpid()

  private static func finish() {
    let libraries = state.withLock { Array($0.current.values) + $0.ended }
    for library in libraries { library.worker?.finish() }
  }

  static func library(
    path: String, digest: String? = nil, make: () throws(PluginError) -> PluginLibrary
  ) throws(PluginError) -> PluginLibrary {
    _ = endsThem
    let file = File(path, digest: digest)
    return try state.withLock { (state) throws(PluginError) in
      if let file, let known = state.current[file] {
        if known.worker?.isAlive == true { return known }
        state.ended.append(known)
        state.current[file] = nil
      }
      let library = try make()
      if let file { state.current[file] = library } else { state.ended.append(library) }
      return library
    }
  }
}
