/// What a plugin offers, written down so that listing and finding need not open its library.
public struct PluginManifest: Hashable, Sendable, Codable {
  /// Of this form of manifests.
  public var format = 1
  public var name: String
  public var version: String
  public var license: String
  public var url: String?
  /// The file name of the library: "libridge-task.so".
  public var file: String
  public var abi: ABI
  public var components: [Component]

  public struct ABI: Hashable, Sendable, Codable {
    public var major: UInt32
    public var minor: UInt32
  }

  public struct Component: Hashable, Sendable, Codable {
    public var kind: String
    public var id: String
    public var version: String
    public var summary: String
    public var options: [Option]
  }

  public struct Option: Hashable, Sendable, Codable {
    public var name: String
    public var type: String
    public var `default`: String
    public var summary: String
    public var unit: String?
    public var choices: [String]?
    public var minimum: Double?
    public var maximum: Double?
  }

  /// What a loaded library says of itself.
  public init(_ library: PluginLibrary) {
    name = library.name
    version = library.version
    license = library.license
    url = library.url
    file = fileName(library.path)
    abi = ABI(major: PluginLibrary.major, minor: library.abiMinor)
    components = library.components.map { component in
      Component(
        kind: "\(component.kind)", id: component.id, version: component.version,
        summary: component.summary, options: component.options.map(Option.init))
    }
  }

  /// What can be named in it, where the library is at this path.
  func entries(path: String) -> [PluginCatalog.Entry]? {
    var entries: [PluginCatalog.Entry] = []
    for component in components {
      guard let kind = ComponentKind.allCases.first(where: { "\($0)" == component.kind }) else {
        continue
      }
      let options = component.options.compactMap(\.declaration)
      guard options.count == component.options.count else { return nil }
      entries.append(
        PluginCatalog.Entry(
          plugin: name, path: path, kind: kind, id: component.id, version: component.version,
          summary: component.summary, options: options))
    }
    return entries
  }
}

extension PluginManifest.Option {
  init(_ option: OptionDeclaration) {
    self.init(
      name: option.name, type: option.type.name, default: option.defaultText,
      summary: option.summary, unit: option.unit,
      choices: option.choices.isEmpty ? nil : option.choices, minimum: option.minimum,
      maximum: option.maximum)
  }

  /// nil where the type is not one of ours.
  var declaration: OptionDeclaration? {
    OptionType.allCases.first { $0.name == type }.map { type in
      OptionDeclaration(
        name: name, type: type, defaultText: `default`, summary: summary, unit: unit,
        choices: choices ?? [], minimum: minimum, maximum: maximum)
    }
  }
}

/// What stands after the last slash.
public func fileName(_ path: String) -> String {
  String(path.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
}
