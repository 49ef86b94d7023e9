internal import CICL

/// A plugin's instance, and the way every call into it goes.
///
/// A call is guarded: the floating-point mode is put back if it changed, and memory that the plugin
/// asks for is noted as the instance's.
final class Instance: @unchecked Sendable {
  let component: Component
  let raw: UnsafeMutableRawPointer?
  private let arenaOwner: UInt

  init(_ component: Component, _ settings: [String: String]) throws(PluginError) {
    let values = ValueMemory(try component.values(settings))
    let owner = Arena.newOwner()
    var made: UnsafeMutableRawPointer?
    do {
      try Self.status(component, owner, "create", .createFailed) { error in
        withExtendedLifetime(values) {
          component.raw.create(
            HostTable.host, UnsafePointer(values.pointers.baseAddress),
            UInt32(values.pointers.count), &made, error)
        }
      }
    } catch {
      Arena.releaseAll(of: owner)
      throw error
    }
    self.component = component
    raw = made
    arenaOwner = owner
  }

  deinit {
    if let raw, let destroy = component.raw.destroy {
      _ = FloatingPointMode.guarding { Arena.owner.with(arenaOwner) { destroy(raw) } }
    }
    Arena.releaseAll(of: arenaOwner)
  }

  /// Calls a function that returns a status.
  func status(
    _ function: String, _ body: (UnsafeMutablePointer<icl_error>) -> Int32
  ) throws(PluginError) {
    try Self.status(component, arenaOwner, function, .callFailed, body)
  }

  /// Calls a function that returns something else.
  func call<Result>(
    _ function: String, _ body: (UnsafeMutablePointer<icl_error>) -> Result
  ) throws(PluginError) -> (result: Result, report: ErrorReport) {
    try Self.call(component, arenaOwner, function, body)
  }

  /// An error of this component: "task 'ridge': …".
  func error(
    _ code: PluginError.Code, _ message: String, hint: String = "", path: String = ""
  ) -> PluginError {
    PluginError(code, "\(component.kind) '\(component.id)': \(message)", hint: hint, path: path)
  }

  private static func call<Result>(
    _ component: Component, _ owner: UInt, _ function: String,
    _ body: (UnsafeMutablePointer<icl_error>) -> Result
  ) throws(PluginError) -> (result: Result, report: ErrorReport) {
    let (outcome, changed) = FloatingPointMode.guarding {
      Arena.owner.with(owner) { ErrorReport.reading(body) }
    }
    if changed {
      let message =
        "\(component.kind) '\(component.id)': \(function) changed the floating-point mode of the "
        + "process"
      guard component.library.floatingPoint == .warn else {
        throw PluginError(
          .floatingPointState, message + ".",
          hint: "A plugin leaves the mode as it was.", path: component.library.path)
      }
      HostServices.log(.warning, message + "; it was put back")
    }
    return outcome
  }

  private static func status(
    _ component: Component, _ owner: UInt, _ function: String, _ failure: PluginError.Code,
    _ body: (UnsafeMutablePointer<icl_error>) -> Int32
  ) throws(PluginError) {
    let (status, report) = try call(component, owner, function, body)
    guard status != ICL_OK else { return }
    throw PluginError(
      status == ICL_CANCELLED ? .cancelled : failure,
      "\(component.kind) '\(component.id)': \(function) failed: \(report.sentence(status))",
      path: function == "create" && !report.path.isEmpty
        ? "\(component.kind).\(report.path)" : report.path)
  }
}
