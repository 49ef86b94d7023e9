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

  var catalog: PaperCatalog {
    PaperCatalog(
      PaperSearch(
        given: folders, current: Self.current, executable: PluginOptions.executableFolder,
        package: Self.package, data: Self.data
      ).folders)
  }

  private static var current: String? {
    realpath(".", nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
  }

  /// The package of this file: four steps above Sources/icl-host/Options/PaperOptions.swift.
  private static var package: String? {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 4 ? parts.dropLast(4).joined(separator: "/") : nil
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
