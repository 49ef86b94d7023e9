import ArgumentParser
import ICLPlugins
import ICLRecords
import ICLTraining

struct RegistryLock: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Pins plugins: their names, versions and SHA-256 as they are now.",
    discussion: """
      Plugins are opened for it, to ask what they are. Those that are named are added to the lock, \
      in place of an earlier pin of the same file name; without names, all that the search path \
      has become the lock.

      EXAMPLES:
        icl-host registry lock
        icl-host registry lock ./plugin.so
        icl-host registry lock --out project.lock
        icl-host --model linear-attention --task ridge --policy pinned --lock project.lock
      """)

  @Argument(
    help: ArgumentHelp("Paths to plugins (default: all of the search path).", valueName: "plugin"))
  var paths: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp("Write this file (default: the user's lock).", valueName: "file"))
  var out: String?
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let (store, out) = (try? TrustOptions.store, out ?? plugins.trust.lock)
    let path = try out ?? TrustOptions.store.lockPath
    if out == nil { try store?.makeFolders() }
    let chosen =
      paths.isEmpty
      ? PluginExamination.plugins(in: plugins.catalog, gate: plugins.trust.gate).map(\.path) : paths
    let pins = try chosen.map { try IdentifiedPlugin(path: $0).pin }
    let earlier = !paths.isEmpty && Folder.exists(path) ? try PluginLock(file: path) : PluginLock()
    try earlier.replacing(pins).write(to: path)
    for pin in pins {
      Terminal.print(
        "\(pin.file)  \(pin.statement.name) \(pin.statement.version)  \(pin.statement.sha256)")
    }
    Terminal.printNote("\(pins.count) pinned in \(path)")
  }
}
