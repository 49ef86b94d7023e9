/// Finds components by name or path.
///
/// A folder's libraries are its lib*.so files. Where a manifest describes a library, that is
/// believed until it is loaded; others are opened if they have an ICL note. Manifests of foreign
/// libraries, *.foreign.json, are looked up after them.
public struct PluginCatalog: Sendable {
  /// One component that can be named, as its manifest or its library says.
  public struct Entry: Hashable, Sendable {
    public let plugin: String
    /// The library's.
    public let path: String
    public let kind: ComponentKind
    public let id: String
    public let version: String
    public let summary: String
    public let options: [OptionDeclaration]
  }

  /// A library or manifest in the search path that cannot be used.
  public struct Refusal: Hashable, Sendable {
    public let path: String
    public let error: PluginError
  }

  public let searchPath: SearchPath
  let floatingPoint: FloatingPointPolicy
  let gate: (any PluginGate)?
  let isolation: Isolation?
  let foreign: ForeignPolicy
  private var kept: (folders: [[Entry]], refusals: [Refusal])?

  /// - Parameters:
  ///   - gate: decides whether a library may be loaded; nil lets all be.
  ///   - isolation: decides in which process; nil is the host's.
  ///   - foreign: where libraries that are bound by a manifest alone are called.
  public init(
    _ searchPath: SearchPath, floatingPoint: FloatingPointPolicy = .refuse,
    gate: (any PluginGate)? = nil, isolation: Isolation? = nil,
    foreign: ForeignPolicy = .worker(program: "/proc/self/exe")
  ) {
    self.searchPath = searchPath
    self.gate = gate
    self.floatingPoint = floatingPoint
    self.isolation = isolation
    self.foreign = foreign
  }

  /// The catalog with the folders as they are now: looking through them takes milliseconds, which
  /// many short runs in one process would pay each.
  public func frozen() -> PluginCatalog {
    var catalog = self
    catalog.kept = scan()
    return catalog
  }

  /// All that can be named, in the order of the search path; one of an earlier folder hides one of
  /// the same name and kind in a later one.
  public func all() -> (entries: [Entry], refusals: [Refusal]) {
    let scan = scan()
    var seen: Set<String> = []
    var entries: [Entry] = []
    for folder in scan.folders {
      let shown = folder.filter { !seen.contains("\($0.kind) \($0.id)") }
      seen.formUnion(shown.map { "\($0.kind) \($0.id)" })
      entries += shown
    }
    return (entries, scan.refusals)
  }

  /// Opens the library at a path with a "/"; or the one of this file name in the search path.
  public func load(_ path: String) throws(PluginError) -> PluginLibrary {
    if path.hasSuffix(ForeignLibraries.suffix) {
      return try ForeignLibraries.load(
        path: Folder.resolved(path) ?? path, policy: foreign, floatingPoint: floatingPoint)
    }
    if path.contains("/") {
      return try PluginLibrary.load(
        path: Folder.resolved(path) ?? path, floatingPoint: floatingPoint, gate: gate,
        isolation: isolation)
    }
    for folder in searchPath.folders {
      for name in [path, "lib" + path] {
        guard let resolved = Folder.resolved("\(folder)/\(name)") else { continue }
        return try PluginLibrary.load(
          path: resolved, floatingPoint: floatingPoint, gate: gate, isolation: isolation)
      }
    }
    // What stands in the current folder may be anybody's, so it must be asked for.
    throw PluginError(
      .fileNotFound, "no folder of the search path has such a file.",
      hint: Folder.resolved(path) == nil
        ? "Give the path of a plugin, or see the names with: icl-host list"
        : "The current folder is not searched; to use the file there, write ./\(path)",
      path: path)
  }

  /// The entries of each folder.
  func scan() -> (folders: [[Entry]], refusals: [Refusal]) {
    if let kept { return kept }
    var manifests: [String: PluginManifest] = [:]
    var refusals: [Refusal] = []
    for registry in searchPath.registries {
      let read = PluginManifest.read(folder: registry)
      manifests.merge(read.byFile) { first, _ in first }
      refusals += read.refusals.map { Refusal(path: $0.path, error: $0) }
    }
    var seen: Set<String> = []
    var folders: [[Entry]] = []
    for folder in searchPath.folders {
      var entries: [Entry] = []
      for name in Folder.names(in: folder) where name.hasPrefix("lib") && name.hasSuffix(".so") {
        guard let path = Folder.resolved("\(folder)/\(name)"), seen.insert(path).inserted else {
          continue
        }
        do throws(PluginError) {
          if let known = manifests[name]?.entries(path: path) {
            entries += known
          } else {
            entries += try read(library: path)
          }
        } catch {
          // Other programs' libraries are none of our business.
          if error.code != .noNote { refusals.append(Refusal(path: path, error: error)) }
        }
      }
      folders.append(entries)
    }
    let foreign = foreignEntries()
    return (folders + [foreign.entries], refusals + foreign.refusals)
  }

  /// Of foreign manifests: in their own folders, one level down, and beside plugins.
  private func foreignEntries() -> (entries: [Entry], refusals: [Refusal]) {
    let nested = searchPath.foreign.flatMap { folder in
      Folder.names(in: folder).map { "\(folder)/\($0)" }
    }
    var entries: [Entry] = []
    var refusals: [Refusal] = []
    var seen: Set<String> = []
    for folder in searchPath.folders + nested {
      for name in Folder.names(in: folder) where name.hasSuffix(ForeignLibraries.suffix) {
        guard let path = Folder.resolved("\(folder)/\(name)"), seen.insert(path).inserted else {
          continue
        }
        do throws(PluginError) {
          entries += try ForeignLibraries.entries(path: path)
        } catch {
          refusals.append(Refusal(path: path, error: error))
        }
      }
    }
    return (entries, refusals)
  }

  private func read(library path: String) throws(PluginError) -> [Entry] {
    let library = try PluginLibrary.load(
      path: path, floatingPoint: floatingPoint, gate: gate, isolation: isolation)
    return PluginManifest(library).entries(path: path) ?? []
  }
}
