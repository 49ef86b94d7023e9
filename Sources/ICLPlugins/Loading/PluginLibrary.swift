internal import CICL
internal import Glibc
internal import Synchronization

/// What happens where a plugin changes the processor's floating-point mode.
///
/// The mode is put back in both cases.
public enum FloatingPointPolicy: Sendable {
  case refuse
  /// The library's `warnings` say it, or the log where it happens during a call.
  case warn
}

/// A plugin that was identified, opened and checked. It is never closed.
public final class PluginLibrary: @unchecked Sendable {
  public let path: String
  public let name: String
  public let version: String
  /// SPDX.
  public let license: String
  public let url: String?
  public let abiMinor: UInt32
  public private(set) var components: [Component] = []
  /// What was ignored: components of kinds that this host does not know, and so on.
  public private(set) var warnings: [String] = []
  /// Who vouches for the bytes that were loaded.
  public private(set) var standing = Admission.Standing.nobody

  let floatingPoint: FloatingPointPolicy
  private let known = Mutex<[String: String]>([:])

  static let major = ICL_ABI_MAJOR

  /// The version of the interface to plugins that this host speaks: "1.0".
  public static let spokenVersion = "\(ICL_ABI_MAJOR).\(ICL_ABI_MINOR)"

  /// The minor versions that this host speaks.
  static let minors: ClosedRange<UInt32> = 0...ICL_ABI_MINOR

  /// Reads the note, opens the library, negotiates, and checks every table. [main]
  ///
  /// A library that was loaded before is returned again; its entry point is called once.
  ///
  /// - Parameter gate: decides whether its bytes may be loaded; nil lets all be.
  public static func load(
    path: String, floatingPoint: FloatingPointPolicy = .refuse, gate: (any PluginGate)? = nil
  ) throws(PluginError) -> PluginLibrary {
    guard let gate else { return try loadFile(path, floatingPoint) }
    let copy = try SealedCopy(path: path)
    do throws(PluginError) {
      _ = try PluginNote.readChecked(copy)
      let admission = try gate.admit(copy)
      guard admission.loadsCopy else { return try loadFile(path, floatingPoint) }
      let library = try OpenLibraries.copy(of: path, digest: admission.digest) {
        () throws(PluginError) in
        let opened = try OpenLibraries.open(path: path, as: try copy.pathToLoad())
        return try checked(opened, path, floatingPoint)
      }
      try library.check(admission)
      library.standing = admission.standing
      library.remembering("sha256") { admission.digest }
      return library
    } catch {
      gate.refused(copy, error)
      throw error
    }
  }

  private static func loadFile(
    _ path: String, _ floatingPoint: FloatingPointPolicy
  ) throws(PluginError) -> PluginLibrary {
    try FilePermissions.check(path: path)
    try PluginNote.read(path: path).checkMajor(path: path)
    let opened = try OpenLibraries.open(path: path)
    if opened.changedFloatingPoint && floatingPoint == .refuse { throw changedMode(path) }
    return try OpenLibraries.library(for: opened.handle) { () throws(PluginError) in
      try checked(opened, path, floatingPoint)
    }
  }

  private static func checked(
    _ opened: OpenLibraries.Opened, _ path: String, _ floatingPoint: FloatingPointPolicy
  ) throws(PluginError) -> PluginLibrary {
    if opened.changedFloatingPoint && floatingPoint == .refuse { throw changedMode(path) }
    let library = try PluginLibrary(
      path: path, handle: opened.handle, floatingPoint: floatingPoint)
    if opened.changedFloatingPoint {
      library.warnings.append(
        "opening the library changed the floating-point mode; it was put back")
    }
    for warning in library.warnings { HostServices.log(.warning, "\(path): \(warning)") }
    return library
  }

  private static func changedMode(_ path: String) -> PluginError {
    PluginError(
      .floatingPointState,
      "opening this library changed the floating-point mode of the process (flush-to-zero or "
        + "rounding).",
      hint: "Link it without -ffast-math, or ask for a warning instead.", path: path)
  }

  /// What is found out about the library's file, by name: once, since the library that was opened
  /// does not change either.
  @discardableResult
  public func remembering<Failure: Error>(
    _ name: String, _ find: () throws(Failure) -> String
  ) throws(Failure) -> String {
    if let text = known.withLock({ $0[name] }) { return text }
    let text = try find()
    known.withLock { $0[name] = text }
    return text
  }

  private init(
    path: String, handle: UnsafeMutableRawPointer, floatingPoint: FloatingPointPolicy
  ) throws(PluginError) {
    let reader = TableReader(path: path)
    let call = try Self.callEntry(handle, reader)
    let table: icl_plugin = try reader.read(call.table, "the plugin's table")
    guard Self.minors.contains(table.abi_minor) else {
      throw reader.refuse(
        .wrongMinor,
        "the plugin answers with minor version \(table.abi_minor), but was offered "
          + "\(Self.minors.lowerBound) to \(Self.minors.upperBound).",
        hint: "Use a newer host, or a plugin built with this host's icl.h.")
    }
    self.path = path
    self.floatingPoint = floatingPoint
    abiMinor = table.abi_minor
    name = try reader.identifier(table.name, "the plugin's name")
    version = try reader.text(table.version, "the plugin's version")
    license = try reader.text(table.license, "the plugin's license")
    url = try table.url.map { (url) throws(PluginError) in
      try reader.text(url, "the plugin's url")
    }
    if call.changedFloatingPoint {
      let message = "icl_plugin_v1 changed the floating-point mode of the process"
      guard floatingPoint == .warn else {
        throw reader.refuse(.floatingPointState, message + ".")
      }
      warnings.append(message + "; it was put back")
    }
    let raw: [icl_component] = try reader.array(
      table.components, count: table.component_count, "the component table")
    guard !raw.isEmpty else { throw reader.refuse(.badTable, "the plugin offers no components.") }
    for (index, component) in raw.enumerated() { try add(component, index, reader) }
  }

  /// Calls `icl_plugin_v1`.
  private static func callEntry(
    _ handle: UnsafeMutableRawPointer, _ reader: TableReader
  ) throws(PluginError) -> (table: UnsafeRawPointer, changedFloatingPoint: Bool) {
    guard let symbol = dlsym(handle, "icl_plugin_v1") else {
      throw reader.refuse(
        .missingSymbol, "the library has an ICL note but no function icl_plugin_v1.",
        hint: "Define it with ICL_EXPORT, and in C++ within extern \"C\".")
    }
    typealias Entry =
      @convention(c) (
        UnsafePointer<icl_host>?, UInt32, UInt32, UnsafeMutablePointer<icl_error>?
      ) -> UnsafePointer<icl_plugin>?
    let entry = unsafeBitCast(symbol, to: Entry.self)
    let ((table, report), changed) = FloatingPointMode.guarding {
      ErrorReport.reading { error in
        entry(HostTable.host, minors.lowerBound, minors.upperBound, error)
      }
    }
    guard let table else {
      throw reader.refuse(
        report.code == ICL_VERSION ? .wrongMinor : .entryFailed,
        "the plugin refuses to start: \(report.sentence(report.code))")
    }
    return (UnsafeRawPointer(table), changed)
  }

  private func add(
    _ raw: icl_component, _ index: Int, _ reader: TableReader
  ) throws(PluginError) {
    guard let kind = ComponentKind(rawValue: raw.kind) else {
      warnings.append(
        "component \(index) is of kind \(raw.kind), which this host does not know; ignored")
      return
    }
    let id = try reader.identifier(raw.id, "the id of component \(index)")
    let what = "the \(kind) '\(id)'"
    guard !components.contains(where: { $0.kind == kind && $0.id == id }) else {
      throw reader.refuse(.duplicateComponent, "the plugin offers \(what) twice.")
    }
    guard raw.create != nil else {
      throw reader.refuse(.missingFunction, "\(what) has no create function.")
    }
    let functions = try reader.interface(raw.interface, kind, what)
    components.append(
      Component(
        library: self, kind: kind, id: id,
        version: try reader.text(raw.version, "the version of \(what)"),
        summary: try reader.text(raw.summary, "the summary of \(what)"),
        options: try reader.options(raw.options, count: raw.option_count, of: what), raw: raw,
        interface: functions))
  }
}
