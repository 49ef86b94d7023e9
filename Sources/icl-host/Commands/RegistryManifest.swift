import ArgumentParser
import ICLTraining

struct RegistryManifest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manifest",
    abstract: "Writes the manifests of plugins, as their libraries describe themselves.",
    discussion: """
      EXAMPLES:
        icl-host registry manifest ./plugin.so
        icl-host registry manifest --out Registry/plugins .build/release/libridge-task.so
      """)

  @Argument(help: ArgumentHelp("Paths to plugins.", valueName: "plugin"))
  var paths: [String]
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write <plugin>.json for each into this folder, not to standard output.",
      valueName: "folder"))
  var out: String?
  @OptionGroup var trust: TrustOptions
  @OptionGroup var isolated: IsolationOptions

  func run() throws {
    for path in paths {
      let manifest = try ManifestFile(
        plugin: path, gate: trust.gate, isolation: isolated.isolation)
      if let out { try manifest.write(to: out) } else { Terminal.write(manifest.text) }
    }
  }
}
