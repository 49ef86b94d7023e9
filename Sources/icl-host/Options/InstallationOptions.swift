import ArgumentParser
import Glibc
import ICLTemplates
import ICLTraining

/// Where the files are that come with icl-host.
struct InstallationOptions: ParsableArguments {
  @Option(
    name: .customLong("home"),
    help: ArgumentHelp(
      "Where icl-host's sources are, or what it was installed under (default: found beside the "
        + "program).", valueName: "folder"))
  var folder: String?

  var found: Installation {
    get throws {
      let executable = PluginOptions.executableFolder ?? "/"
      let prefix = String(executable[..<(executable.lastIndex(of: "/") ?? executable.startIndex)])
      let candidates = folder.map { [$0] } ?? [PluginOptions.sourceTree(of: executable) ?? prefix]
      for candidate in candidates {
        if let installation = Installation(candidate) { return installation }
      }
      throw Failure(
        .missingInput, key: candidates[0],
        "neither the sources of icl-host nor what it installs "
          + "are there.", hint: "Say where they are with: --home")
    }
  }
}

/// A source tree, or what `make install` wrote under a prefix.
struct Installation {
  let templateSources: PackageTemplate.Sources

  init?(_ root: String) {
    let tree = PackageTemplate.Sources(
      templates: "\(root)/Registry/templates", header: "\(root)/Sources/CICL/include/icl/icl.h",
      swift: "\(root)/Sources")
    let installed = PackageTemplate.Sources(
      templates: "\(root)/share/icl-host/templates", header: "\(root)/include/icl/icl.h",
      swift: "\(root)/share/icl-host/swift")
    let sources = [tree, installed].first {
      access($0.templates, R_OK) == 0 && access($0.header, R_OK) == 0
    }
    guard let sources else { return nil }
    templateSources = sources
  }
}
