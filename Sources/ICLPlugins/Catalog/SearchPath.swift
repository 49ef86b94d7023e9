/// The folders in which names are looked up, first to last. Never the current directory.
public struct SearchPath: Hashable, Sendable {
  public var folders: [String]
  /// Folders of manifests, which describe libraries without opening them.
  public var registries: [String]
  public init(folders: [String], registries: [String] = []) {
    self.folders = folders
    self.registries = registries
  }
  /// The folders given on the command line, then ICL_PLUGIN_PATH, then the executable's folder,
  /// then the user's data folder.
  public init(
    pluginFolders: [String] = [], environment: [String: String], executableFolder: String?,
    registries: [String] = []
  ) { fatalError() }
}
