internal import CICL
internal import CICLWorker
internal import Glibc

/// The worker's side of a manifest: `icl-host foreign-worker`, which a host starts and nobody else.
public enum ForeignWorker {
  /// The command that makes a program a worker; it comes before anything else that it does.
  public static let command = "foreign-worker"

  /// The manifest that was opened, and its tables. Set once, before any other call is served.
  nonisolated(unsafe) private static var opened: Opened?

  private struct Opened {
    var makers: [ForeignMaker]
    var table: ForeignPluginTable
  }

  /// Serves a host until it is gone.
  public static func serve() -> Never {
    // The host says how the worker ended, in one sentence; Swift's own report would be pages.
    for fault in [SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP] { signal(fault, SIG_DFL) }
    var source = icl_worker_source(
      user: nil, changed_mode: nil,
      open: { _, path, _, _, _, error in
        var table: UnsafePointer<icl_plugin>?
        _ = ForeignTables.reporting(error) { () throws(PluginError) in
          table = try ForeignWorker.open(String(cString: path!))
        }
        return table
      },
      create: { _, component, _, values, count, instance, error in
        ForeignTables.reporting(error) { () throws(PluginError) in
          let values = (0..<Int(count)).map { values![$0]!.pointee }
          let made = try ForeignWorker.opened!.makers[Int(component)].make(values)
          instance!.pointee = Unmanaged.passRetained(made).toOpaque()
        }
      })
    exit(icl_worker_serve(&source))
  }

  private static func open(_ path: String) throws(PluginError) -> UnsafePointer<icl_plugin> {
    let manifest = try ForeignManifest(json: try ForeignLibraries.text(path), path: path)
    let table = ForeignPluginTable(manifest)
    opened = Opened(
      makers: manifest.components.indices.map { ForeignMaker(manifest, path: path, index: $0) },
      table: table)
    return table.pointer
  }
}
