import ArgumentParser
import Glibc
import ICLPlugins

struct PluginOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin-dir"),
    help: ArgumentHelp(
      "A folder in which names are looked up first; may be repeated.", valueName: "folder"))
  var folders: [String] = []
  @OptionGroup var trust: TrustOptions
  @Option(
    name: .customLong("foreign"),
    help: ArgumentHelp(
      "Where libraries that are bound by a manifest alone are called (default: worker, a process "
        + "of their own).", valueName: "worker|in-process"))
  var foreign = ForeignPlace.worker

  enum ForeignPlace: String, ExpressibleByArgument, CaseIterable {
    case worker
    case inProcess = "in-process"
  }

  @OptionGroup var isolated: IsolationOptions

  var catalog: PluginCatalog { catalog(copiesAll: false) }

  /// - Parameter copiesAll: a plugin's file may change while its earlier contents run.
  func catalog(copiesAll: Bool) -> PluginCatalog {
    let folder = Self.executableFolder
    var environment: [String: String] = [:]
    for name in ["ICL_PLUGIN_PATH", "XDG_DATA_HOME", "HOME"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return PluginCatalog(
      SearchPath(
        pluginFolders: folders, environment: environment, executableFolder: folder,
        registries: folder.map { [Self.shared($0, "Registry/plugins", "plugins")] } ?? [],
        foreign: folder.map { [Self.shared($0, "Plugins/Foreign", "foreign")] } ?? []),
      gate: trust.gate(copiesAll: copiesAll), isolation: isolated.isolation,
      foreign: foreign == .inProcess
        ? .inProcess : .worker(program: "/proc/self/exe", callLimit: isolated.isolation.callLimit))
  }

  static var executableFolder: String? {
    let executable = realpath("/proc/self/exe", nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
    return executable.map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }
  }

  /// A folder of a source tree, or the one in share where it is installed.
  private static func shared(_ folder: String, _ source: String, _ installed: String) -> String {
    let prefix = folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]
    return sourceTree(of: folder).map { "\($0)/\(source)" }
      ?? "\(prefix)/share/icl-host/\(installed)"
  }

  /// The folder that holds the .build folder of an executable.
  static func sourceTree(of folder: String) -> String? {
    firstRange(of: "/.build/", in: folder + "/").map { String(folder[..<$0]) }
  }

  private static func firstRange(of text: String, in path: String) -> String.Index? {
    path.indices.first { path[$0...].hasPrefix(text) }
  }
}
