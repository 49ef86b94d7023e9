import CICLBackend
import Glibc
import Synchronization

/// A build of the kernels for one instruction set: a shared library beside the program.
public struct Backend: Sendable {
  /// In the order of preference.
  public enum Name: String, Sendable, CaseIterable {
    case avx512, avx2, baseline

    /// What `icl_processor_level` must at least say.
    var level: Int32 {
      switch self {
      case .avx512: 2
      case .avx2: 1
      case .baseline: 0
      }
    }

    public var runsHere: Bool { icl_processor_level() >= level }
  }

  public let name: Name
  let single: icl_backend_run
  let double: icl_backend_run
  let table: icl_backend

  /// The named build, or the best that this processor runs. Libraries are looked for in
  /// `ICL_BACKEND_PATH`, then beside the program; a loaded one stays.
  public static func load(_ name: Name? = nil) throws -> Backend {
    if let name {
      guard name.runsHere else {
        throw EngineError("this processor cannot run the backend \(name.rawValue)")
      }
      return try open(name)
    }
    var reasons: [String] = []
    for name in Name.allCases where name.runsHere {
      do { return try open(name) } catch { reasons.append("\(error)") }
    }
    throw EngineError("no backend could be loaded: " + reasons.joined(separator: "; "))
  }

  private static let loaded = Mutex<[Name: Backend]>([:])

  private static func open(_ name: Name) throws -> Backend {
    try loaded.withLock { known in
      if let backend = known[name] { return backend }
      let file = "libicl-backend-\(name.rawValue).so"
      let candidates = folders().map { "\($0)/\(file)" }
      guard let path = candidates.first(where: { access($0, R_OK) == 0 }) else {
        throw EngineError("\(file) is in none of: " + folders().joined(separator: ", "))
      }
      guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE),
        let symbol = dlsym(handle, "icl_backend_v1")
      else {
        throw EngineError("\(path): \(dlerror().map { String(cString: $0) } ?? "not a backend")")
      }
      var table = icl_backend()
      unsafeBitCast(symbol, to: icl_backend_entry.self)(&table)
      let backend = Backend(
        name: name, single: table.run_f32, double: table.run_f64, table: table)
      known[name] = backend
      return backend
    }
  }

  private static func folders() -> [String] {
    var result: [String] = []
    if let path = getenv("ICL_BACKEND_PATH") {
      result += String(cString: path).split(separator: ":").map(String.init)
    }
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    if length > 0 {
      let program = String(decoding: buffer.prefix(length).map(UInt8.init), as: UTF8.self)
      let folder = program.split(separator: "/").dropLast().joined(separator: "/")
      result += ["/\(folder)", "/\(folder)/../lib/icl-host"]
    }
    return result
  }
}
