/// The folders in which names are looked up, first to last. Never the current directory.
public struct SearchPath: Hashable, Sendable {
  public var folders: [String]
  /// Folders of manifests, which describe libraries without opening them.
  public var registries: [String]
  /// Folders of manifests that make components of other libraries, each in a folder of its own.
  public var foreign: [String]

  public init(folders: [String], registries: [String] = [], foreign: [String] = []) {
    self.folders = folders
    self.registries = registries
    self.foreign = foreign
  }

  /// The documented order.
  ///
  /// 1. the folders given on the command line, 2. ICL_PLUGIN_PATH (colons between folders), 3. the
  /// executable's folder, or lib/icl-host beside it where it is installed in bin, 4. $XDG_DATA_HOME/icl-host/plugins or ~/.local/share/icl-host/plugins.
  /// Parts of the environment that are empty or not absolute are left out: they would mean the
  /// current directory.
  public init(
    pluginFolders: [String] = [], environment: [String: String], executableFolder: String?,
    registries: [String] = [], foreign: [String] = []
  ) {
    func absolute(_ path: String?) -> String? {
      path.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let fromEnvironment = (environment["ICL_PLUGIN_PATH"] ?? "")
      .split(separator: ":").compactMap { absolute(String($0)) }
    let data =
      absolute(environment["XDG_DATA_HOME"])
      ?? absolute(environment["HOME"]).map { $0 + "/.local/share" }
    let all =
      pluginFolders + fromEnvironment
      + (executableFolder.map { [$0, Self.installed(beside: $0)] } ?? [])
      + (data.map { [$0 + "/icl-host/plugins"] } ?? [])
    var seen: Set<String> = []
    folders = all.filter { seen.insert($0).inserted }
    self.registries = registries
    self.foreign = foreign
  }

  /// Of /usr/bin: /usr/lib/icl-host.
  static func installed(beside folder: String) -> String {
    folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)] + "/lib/icl-host"
  }
}
