import ArgumentParser
import ICLRecords
import ICLTraining

struct RegistrySign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Signs plugins, in a file beside each: plugin.so.sig.",
    discussion: """
      Plugins are opened for it, to ask what they are. Signatures of other keys are kept.

      EXAMPLES:
        icl-host registry sign ./plugin.so
        icl-host registry sign ./plugin.so --key alice
        icl-host registry sign ./plugin.so --key ./keys/alice.key --out signatures
      """)

  @Argument(help: ArgumentHelp("Paths to plugins.", valueName: "plugin"))
  var paths: [String]
  @Option(
    name: .long,
    help: ArgumentHelp("A key's name or file (default: the only one).", valueName: "name|file.key"))
  var key: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Write signatures into this folder.", valueName: "folder"))
  var out: String?

  func run() throws {
    let key: SigningKey
    if let file = self.key, file.contains("/") || file.hasSuffix(".key") {
      key = try SigningKey(file: file)
    } else {
      key = try TrustOptions.keys.key(self.key).key
    }
    if let out { try Folder.make(out) }
    for path in paths {
      Terminal.print(try IdentifiedPlugin(path: path).sign(with: key, in: out))
    }
  }
}
