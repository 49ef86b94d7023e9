extension PluginCatalog {
  /// A name that several libraries offer.
  public struct Clash: Hashable, Sendable {
    public let kind: ComponentKind
    public let id: String
    /// Of the libraries, in the order of the search path.
    public let paths: [String]
  }

  /// Names that cannot be used alone: two libraries of one folder offer them, and none before.
  public func ambiguousNames() -> [Clash] {
    clashes { folders in folders.first.map { $0.count > 1 ? $0 : [] } ?? [] }
  }

  /// Names that a library offers in vain, since one of an earlier folder comes first.
  public func hiddenNames() -> [Clash] {
    clashes { folders in folders.count > 1 ? folders.flatMap { $0 } : [] }
  }

  /// - Parameter choose: from the paths of each folder that has a name, those that clash.
  private func clashes(_ choose: ([[String]]) -> [String]) -> [Clash] {
    struct Name: Hashable {
      let kind: ComponentKind
      let id: String
    }
    var order: [Name] = []
    var places: [Name: [[String]]] = [:]
    for folder in scan().folders {
      let byName = Dictionary(grouping: folder) { Name(kind: $0.kind, id: $0.id) }
      for (name, entries) in byName.sorted(by: { $0.key.id < $1.key.id }) {
        if places[name] == nil { order.append(name) }
        places[name, default: []].append(entries.map(\.path).sorted())
      }
    }
    return order.compactMap { name in
      let paths = choose(places[name] ?? [])
      return paths.isEmpty ? nil : Clash(kind: name.kind, id: name.id, paths: paths)
    }
  }

  /// The libraries of each folder of the search path; nil for a folder that cannot be read.
  public func libraries() -> [(folder: String, paths: [String]?)] {
    var seen: Set<String> = []
    return searchPath.folders.map { folder in
      guard Folder.isThere(folder) else { return (folder, nil) }
      let names = Folder.names(in: folder).filter { $0.hasPrefix("lib") && $0.hasSuffix(".so") }
      let paths = names.compactMap { Folder.resolved("\(folder)/\($0)") }
      return (folder, paths.filter { seen.insert($0).inserted })
    }
  }

  /// Who besides its owner may write to a folder: nil if nobody.
  public static func writers(ofFolder path: String) -> String? { FilePermissions.writers(of: path) }
}
