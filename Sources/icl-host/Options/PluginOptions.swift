import ArgumentParser
import Glibc
import ICLPlugins

struct PluginOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin-dir"),
    help: ArgumentHelp(
      "A folder in which names are looked up first; may be repeated.", valueName: "folder"))
  var folders: [String] = []

  var catalog: PluginCatalog {
    let executable = realpath("/proc/self/exe", nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
    let folder = executable.map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }
    var environment: [String: String] = [:]
    for name in ["ICL_PLUGIN_PATH", "XDG_DATA_HOME", "HOME"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return PluginCatalog(
      SearchPath(
        pluginFolders: folders, environment: environment, executableFolder: folder,
        registries: folder.map(Self.registries) ?? []))
  }

  /// Manifests of a source tree stand in Registry/plugins beside its .build folder.
  private static func registries(_ folder: String) -> [String] {
    guard let range = firstRange(of: "/.build/", in: folder + "/") else { return [] }
    return [folder[..<range] + "/Registry/plugins"]
  }

  private static func firstRange(of text: String, in path: String) -> String.Index? {
    path.indices.first { path[$0...].hasPrefix(text) }
  }
}
