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
  /// The process in which its code runs; nil where that is the host's.
  let worker: WorkerProcess?
  /// Where it is a manifest of somebody else's library: what that library is called for.
  private(set) var foreign: ForeignFunctions?
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
    path: String, floatingPoint: FloatingPointPolicy = .refuse,
    gate: (any PluginGate)? = nil, isolation: Isolation? = nil
  ) throws(PluginError) -> PluginLibrary {
    guard let gate else { return try loadFile(path, floatingPoint, isolation) }
    guard gate.readsBytes else {
      do throws(PluginError) {
        return try loadFile(path, floatingPoint, isolation)
      } catch {
        if let copy = try? SealedCopy(path: path) { gate.refused(copy, error) }
        throw error
      }
    }
    let copy = try SealedCopy(path: path)
    do throws(PluginError) {
      _ = try PluginNote.readChecked(copy)
      let admission = try gate.admit(copy)
      guard admission.loadsCopy else { return try loadFile(path, floatingPoint, isolation) }
      let library = try load(copy, admission, floatingPoint, isolation)
      try library.check(admission)
      library.standing = admission.standing
      library.remembering("sha256") { admission.digest }
      return library
    } catch {
      gate.refused(copy, error)
      throw error
    }
  }

  /// The bytes that were checked, in this process or in a worker.
  private static func load(
    _ copy: SealedCopy, _ admission: Admission, _ floatingPoint: FloatingPointPolicy,
    _ isolation: Isolation?
  ) throws(PluginError) -> PluginLibrary {
    let path = copy.path
    if let isolation,
      isolation.applies(to: path, isVouchedFor: admission.standing != .nobody)
    {
      return try IsolatedLibraries.library(path: path, digest: admission.digest) {
        () throws(PluginError) in
        try inWorker(
          WorkerProcess(copy: copy, isolation), path: path, floatingPoint)
      }
    }
    return try OpenLibraries.copy(of: path, digest: admission.digest) { () throws(PluginError) in
      let opened = try OpenLibraries.open(path: path, as: try copy.pathToLoad())
      return try checked(opened, path, floatingPoint)
    }
  }

  private static func loadFile(
    _ path: String, _ floatingPoint: FloatingPointPolicy, _ isolation: Isolation?
  ) throws(PluginError) -> PluginLibrary {
    try FilePermissions.check(path: path)
    try PluginNote.read(path: path).checkMajor(path: path)
    if let isolation, isolation.applies(to: path, isVouchedFor: false) {
      return try IsolatedLibraries.library(path: path) { () throws(PluginError) in
        try inWorker(WorkerProcess(path: path, isolation), path: path, floatingPoint)
      }
    }
    let opened = try OpenLibraries.open(path: path)
    if opened.changedFloatingPoint && floatingPoint == .refuse {
      throw TableReader(path: path).openingChangedFloatingPoint
    }
    return try OpenLibraries.library(for: opened.handle) { () throws(PluginError) in
      try checked(opened, path, floatingPoint)
    }
  }

  private static func checked(
    _ opened: OpenLibraries.Opened, _ path: String, _ floatingPoint: FloatingPointPolicy
  ) throws(PluginError) -> PluginLibrary {
    if opened.changedFloatingPoint && floatingPoint == .refuse {
      throw TableReader(path: path).openingChangedFloatingPoint
    }
    let library = try PluginLibrary(
      path: path, floatingPoint: floatingPoint, worker: nil
    ) { (reader) throws(PluginError) in try callEntry(opened.handle, reader) }
    library.finishLoading(changedFloatingPoint: opened.changedFloatingPoint)
    return library
  }

  /// Of components whose functions are calls of the worker.
  static func inWorker(
    _ worker: WorkerProcess, path: String, _ floatingPoint: FloatingPointPolicy,
    foreign: ForeignFunctions? = nil
  ) throws(PluginError) -> PluginLibrary {
    do throws(PluginError) {
      var changed = false
      let library = try PluginLibrary(
        path: path, floatingPoint: floatingPoint, worker: worker
      ) { (reader) throws(PluginError) in try callEntry(worker, reader, opening: &changed) }
      if changed && floatingPoint == .refuse {
        throw TableReader(path: path).openingChangedFloatingPoint
      }
      library.finishLoading(changedFloatingPoint: changed)
      library.foreign = foreign
      return library
    } catch {
      worker.stop()
      throw error
    }
  }

  private func finishLoading(changedFloatingPoint: Bool) {
    if changedFloatingPoint {
      warnings.append("opening the library changed the floating-point mode; it was put back")
    }
    for warning in warnings { HostServices.shared.log(.warning, "\(path): \(warning)") }
  }

  /// Whether its code runs in a process of its own.
  public var isIsolated: Bool { worker != nil }

  /// Of the worker; nil where there is none.
  public var workerProcess: Int32? { worker?.process }

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

  /// Of a manifest that describes somebody else's library; components are added to it.
  init(
    path: String, name: String, version: String, license: String, url: String?,
    floatingPoint: FloatingPointPolicy
  ) {
    (self.path, self.name, self.version) = (path, name, version)
    (self.license, self.url, self.floatingPoint) = (license, url, floatingPoint)
    worker = nil
    abiMinor = 0
  }

  func add(_ component: Component) { components.append(component) }

  private init(
    path: String, floatingPoint: FloatingPointPolicy, worker: WorkerProcess?,
    enter: (TableReader) throws(PluginError) -> EntryAnswer
  ) throws(PluginError) {
    let reader = TableReader(path: path)
    let call = try enter(reader)
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
    self.worker = worker
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

  private typealias EntryAnswer = (table: UnsafeRawPointer, changedFloatingPoint: Bool)

  /// Opens the library in its worker, and calls `icl_plugin_v1` there.
  private static func callEntry(
    _ worker: WorkerProcess, _ reader: TableReader, opening: inout Bool
  ) throws(PluginError) -> EntryAnswer {
    let ((table, report), changed) = FloatingPointMode.guarding {
      ErrorReport.reading { error in
        worker.open(minors: minors, changedFloatingPoint: &opening, error)
      }
    }
    if let end = worker.end(of: []) { throw end }
    if let table { return (UnsafeRawPointer(table), changed) }
    switch report.path {
    case "dlopen": throw reader.cannotOpen(report.message)
    case "dlsym": throw reader.missingEntry
    default: throw reader.refusesToStart(report)
    }
  }

  /// Calls `icl_plugin_v1`.
  private static func callEntry(
    _ handle: UnsafeMutableRawPointer, _ reader: TableReader
  ) throws(PluginError) -> EntryAnswer {
    guard let symbol = dlsym(handle, "icl_plugin_v1") else { throw reader.missingEntry }
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
    guard let table else { throw reader.refusesToStart(report) }
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
        library: self, index: index, kind: kind, id: id,
        version: try reader.text(raw.version, "the version of \(what)"),
        summary: try reader.text(raw.summary, "the summary of \(what)"),
        options: try reader.options(raw.options, count: raw.option_count, of: what), raw: raw,
        interface: functions))
  }
}

extension TableReader {
  fileprivate var missingEntry: PluginError {
    refuse(
      .missingSymbol, "the library has an ICL note but no function icl_plugin_v1.",
      hint: "Define it with ICL_EXPORT, and in C++ within extern \"C\".")
  }

  fileprivate func refusesToStart(_ report: ErrorReport) -> PluginError {
    refuse(
      report.code == ICL_VERSION ? .wrongMinor : .entryFailed,
      "the plugin refuses to start: \(report.sentence(report.code))")
  }

  fileprivate var openingChangedFloatingPoint: PluginError {
    refuse(
      .floatingPointState,
      "opening this library changed the floating-point mode of the process (flush-to-zero or "
        + "rounding).",
      hint: "Link it without -ffast-math, or ask for a warning instead.")
  }

  /// What the dynamic loader says.
  func cannotOpen(_ reason: String, isCopy: Bool = false) -> PluginError {
    refuse(
      .cannotOpen, "the library cannot be opened: \(reason).",
      hint: "See what it misses with: ldd \(path)"
        + (isCopy ? ". From a checked copy, libraries that stand beside it are not found." : ""))
  }
}
