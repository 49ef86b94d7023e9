internal import CICL

/// A plugin's instance, and the way every call into it goes.
///
/// A call is guarded: the floating-point mode is put back if it changed. The instance has a host of
/// its own, so that memory it asks for is freed with it.
final class Instance: @unchecked Sendable {
  let component: Component
  let raw: UnsafeMutableRawPointer?
  private let host: UnsafeMutablePointer<HostTable.Caller>?
  /// Where what it is handed lies; nil: in the host's own memory.
  let memory: (any LentMemory)?

  init(
    _ component: Component, _ settings: [String: String], _ services: HostServices
  ) throws(PluginError) {
    let values = ValueMemory(try component.values(settings))
    let host = UnsafeMutablePointer<HostTable.Caller>.allocate(capacity: 1)
    host.initialize(
      to: HostTable.Caller(
        host: HostTable.make(), arenaOwner: Arena.newOwner(), services: .passRetained(services)))
    var made: UnsafeMutableRawPointer?
    do {
      try Self.status(component, "create", .createFailed) { error in
        withExtendedLifetime(values) {
          let host = UnsafeRawPointer(host).assumingMemoryBound(to: icl_host.self)
          let (options, count) = (values.pointers.baseAddress, values.pointers.count)
          if let worker = component.library.worker {
            return worker.create(
              component: component.index, host, UnsafePointer(options), count: count, &made, error)
          }
          return component.raw.create(host, UnsafePointer(options), UInt32(count), &made, error)
        }
      }
    } catch {
      Self.release(host)
      throw error
    }
    self.component = component
    raw = made
    self.host = host
    memory = nil
  }

  /// An instance that somebody else made, and destroys.
  init(
    _ component: Component, lent raw: UnsafeMutableRawPointer?, memory: (any LentMemory)? = nil
  ) {
    self.component = component
    self.raw = raw
    self.memory = memory
    host = nil
  }

  deinit {
    guard let host else { return }
    if let raw, let destroy = component.raw.destroy {
      _ = FloatingPointMode.guarding { destroy(raw) }
    }
    Self.release(host)
  }

  private static func release(_ host: UnsafeMutablePointer<HostTable.Caller>) {
    Arena.releaseAll(of: host.pointee.arenaOwner)
    host.pointee.services.release()
    host.deallocate()
  }

  /// Calls a function that returns a status.
  func status(
    _ function: String, _ body: (UnsafeMutablePointer<icl_error>) -> Int32
  ) throws(PluginError) {
    try Self.status(component, function, .callFailed, memory, body)
  }

  /// Calls a function that returns something else.
  func call<Result>(
    _ function: String, _ body: (UnsafeMutablePointer<icl_error>) -> Result
  ) throws(PluginError) -> (result: Result, report: ErrorReport) {
    try Self.call(component, function, memory, body)
  }

  /// An error of this component: "task 'ridge': …".
  func error(
    _ code: PluginError.Code, _ message: String, hint: String = "", path: String = ""
  ) -> PluginError {
    PluginError(code, "\(component.kind) '\(component.id)': \(message)", hint: hint, path: path)
  }

  private static func call<Result>(
    _ component: Component, _ function: String, _ memory: (any LentMemory)?,
    _ body: (UnsafeMutablePointer<icl_error>) -> Result
  ) throws(PluginError) -> (result: Result, report: ErrorReport) {
    let (outcome, changed) = FloatingPointMode.guarding {
      ErrorReport.reading(in: memory, body)
    }
    try component.checkWorker()
    if changed {
      let message =
        "\(component.kind) '\(component.id)': \(function) changed the floating-point mode of the "
        + "process"
      guard component.library.floatingPoint == .warn else {
        throw PluginError(
          .floatingPointState, message + ".",
          hint: "A plugin leaves the mode as it was.", path: component.library.path)
      }
      HostServices.shared.log(.warning, message + "; it was put back")
    }
    return outcome
  }

  private static func status(
    _ component: Component, _ function: String, _ failure: PluginError.Code,
    _ memory: (any LentMemory)? = nil, _ body: (UnsafeMutablePointer<icl_error>) -> Int32
  ) throws(PluginError) {
    let (status, report) = try call(component, function, memory, body)
    guard status != ICL_OK else { return }
    throw PluginError(
      status == ICL_CANCELLED ? .cancelled : failure,
      "\(component.kind) '\(component.id)': \(function) failed: \(report.sentence(status))",
      path: function == "create" && !report.path.isEmpty
        ? "\(component.kind).\(report.path)" : report.path)
  }
}
