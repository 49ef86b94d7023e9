extension PluginCatalog {
  /// The component of a name, `plugin#component`, or path: `./plugin.so`, `./plugin.so#component`;
  /// a file name without a folder is looked up in the search path.
  ///
  /// Errors: nothing of that name (with the nearest), several (with all of them), another kind.
  public func resolve(_ name: String, kind: ComponentKind) throws(PluginError) -> Component {
    let parts = name.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    let wanted = parts.count == 2 ? parts[1] : nil
    guard let first = parts.first, !first.isEmpty, wanted != "" else {
      throw PluginError(.unknownComponent, "'\(name)' names no \(kind).")
    }
    if first.contains("/") || first.hasSuffix(".so") || first.hasSuffix(ForeignLibraries.suffix) {
      return try component(wanted, kind, in: try load(first))
    }
    let entry = try entry(of: name, plugin: wanted == nil ? nil : first, id: wanted ?? first, kind)
    let library = try load(entry.path)
    guard let component = library.components.first(where: { $0.kind == kind && $0.id == entry.id })
    else {
      throw PluginError(
        .badManifest,
        "the manifest says that the library has the \(kind) '\(entry.id)', but it has not.",
        hint: "Write it again with: icl-host registry manifest", path: entry.path)
    }
    return component
  }

  /// In the first folder that has any: exactly one.
  private func entry(
    of name: String, plugin: String?, id: String, _ kind: ComponentKind
  ) throws(PluginError) -> Entry {
    let scan = scan()
    for folder in scan.folders {
      let found = folder.filter {
        $0.kind == kind && $0.id == id && (plugin == nil || $0.plugin == plugin)
      }
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        // Copies of one plugin have one name: then only paths tell them apart.
        let names = Set(found.map(\.plugin)).count == found.count
        throw PluginError(
          .ambiguousComponent, "several plugins offer the \(kind) '\(id)'.",
          hint: "Say which: "
            + found.map { names ? "\($0.plugin)#\(id)" : "\($0.path)#\(id)" }
            .joined(separator: ", "))
      }
    }
    let entries = scan.folders.joined()
    if let other = entries.first(where: { $0.id == id && (plugin ?? $0.plugin) == $0.plugin }) {
      throw PluginError(
        .wrongKind, "'\(id)' is \(other.kind.withArticle), not \(kind.withArticle).",
        path: other.path)
    }
    var hint = suggestion(
      for: id, among: entries.filter { $0.kind == kind }.map(\.id), things: "\(kind)s")
    if !scan.refusals.isEmpty {
      hint += " \(scan.refusals.count) plugins could not be used; see: icl-host list"
    }
    throw PluginError(.unknownComponent, "there is no \(kind) '\(name)'.", hint: hint)
  }

  /// The only component of a kind, or the one that is asked for.
  private func component(
    _ wanted: String?, _ kind: ComponentKind, in library: PluginLibrary
  ) throws(PluginError) -> Component {
    let ofKind = library.components.filter { $0.kind == kind }
    if let wanted {
      if let found = ofKind.first(where: { $0.id == wanted }) { return found }
      if let other = library.components.first(where: { $0.id == wanted }) {
        throw PluginError(
          .wrongKind, "'\(wanted)' is \(other.kind.withArticle), not \(kind.withArticle).",
          path: library.path)
      }
      throw PluginError(
        .unknownComponent, "the plugin has no \(kind) '\(wanted)'.",
        hint: suggestion(for: wanted, among: ofKind.map(\.id), things: "\(kind)s"),
        path: library.path)
    }
    if ofKind.count == 1 { return ofKind[0] }
    if ofKind.isEmpty {
      let kinds = Set(library.components.map { "\($0.kind)" }).sorted().joined(separator: ", ")
      throw PluginError(
        .wrongKind, "the plugin has no \(kind).", hint: "It has: \(kinds).", path: library.path)
    }
    throw PluginError(
      .ambiguousComponent, "the plugin has several \(kind)s.",
      hint: "Say which: "
        + ofKind.map { "\(fileName(library.path))#\($0.id)" }.joined(separator: ", "),
      path: library.path)
  }
}
