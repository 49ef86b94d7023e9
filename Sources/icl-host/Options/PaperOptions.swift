import ArgumentParser
import Glibc
import ICLPapers

/// Where papers are looked up, and where the times of their runs are kept.
struct PaperOptions: ParsableArguments {
  @Option(
    name: .customLong("papers"),
    help: ArgumentHelp(
      "A folder in which papers are looked up first; may be repeated.", valueName: "folder"))
  var folders: [String] = []

  /// The folders given, then Registry/papers beside .build, or share/icl-host/papers where icl-host
  /// is installed, then the user's data folder.
  var catalog: PaperCatalog {
    let executable = PluginOptions.executableFolder
    let beside = executable.map {
      PluginOptions.sourceTree(of: $0).map { [$0 + "/Registry/papers"] }
        ?? [$0[..<($0.lastIndex(of: "/") ?? $0.startIndex)] + "/share/icl-host/papers"]
    }
    return PaperCatalog(folders + (beside ?? []) + (Self.data.map { ["\($0)/papers"] } ?? []))
  }

  /// $XDG_DATA_HOME/icl-host, or ~/.local/share/icl-host.
  static var data: String? {
    func absolute(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    return absolute("XDG_DATA_HOME").map { "\($0)/icl-host" }
      ?? absolute("HOME").map { "\($0)/.local/share/icl-host" }
  }
}
