import ICLPlugins

/// A component as `list` and `describe` show it.
public struct ComponentListing: Hashable, Sendable {
  public var kind: String
  public var id: String
  public var version: String
  public var plugin: String
  public var path: String
  public var summary: String
  public var options: [OptionDeclaration]

  init(_ entry: PluginCatalog.Entry) {
    kind = "\(entry.kind)"
    id = entry.id
    version = entry.version
    plugin = entry.plugin
    path = entry.path
    summary = entry.summary
    options = entry.options
  }

  init(_ component: Component, of library: PluginLibrary) {
    kind = "\(component.kind)"
    id = component.id
    version = component.version
    plugin = library.name
    path = library.path
    summary = component.summary
    options = component.options
  }

  /// Everything that goes by a name, of any kind; or all that a library at a path offers.
  public static func named(
    _ name: String, in catalog: PluginCatalog
  ) throws(Failure) -> [ComponentListing] {
    if name == "run" { return [run] }
    let parts = name.split(separator: "#", maxSplits: 1).map(String.init)
    let isPath =
      name.contains("/") || [".so", ".foreign.json"].contains { (parts.first ?? "").hasSuffix($0) }
    let candidates: [ComponentListing]
    if isPath, let path = parts.first {
      let library = try failing { try catalog.load(path) }
      candidates = library.components.map { ComponentListing($0, of: library) }
      if parts.count == 1 { return candidates }
    } else {
      candidates = catalog.all().entries.map(ComponentListing.init)
    }
    let wanted = parts.last ?? name
    let found = candidates.filter {
      $0.id == wanted && (isPath || parts.count == 1 || $0.plugin == parts[0])
    }
    guard found.isEmpty else { return found }
    let byPlugin = candidates.filter { !isPath && $0.plugin == name }
    guard byPlugin.isEmpty else { return byPlugin }
    let nearest = nearestName(to: wanted, among: candidates.map(\.id))
    throw Failure(
      .pluginRefused, key: name, "there is no component or plugin of this name.",
      hint: nearest.map { "Did you mean '\($0)'?" } ?? "See icl-host list.")
  }

  /// The options of a run, shown like those of a component.
  static let run = ComponentListing(
    kind: "run", id: "run", version: Version.text, plugin: "icl-host", path: "",
    summary: "how long a run is, how much it does at once, and from which seed",
    options: RunOptions.table)

  private init(
    kind: String, id: String, version: String, plugin: String, path: String, summary: String,
    options: [OptionDeclaration]
  ) {
    self.kind = kind
    self.id = id
    self.version = version
    self.plugin = plugin
    self.path = path
    self.summary = summary
    self.options = options
  }
}

/// The version of icl-host.
public enum Version {
  public static let text = "0.1.0"
}
