import ArgumentParser
import ICLRecords

struct RegistryKeygen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Makes a pair of keys to sign plugins with (Ed25519).",
    discussion: """
      NAME.key is secret, and for you alone. NAME.pub is for those who are to trust your plugins: \
      icl-host registry trust add NAME.pub
      """)

  @Argument(help: "A name for the pair: alice, alice@example.org.")
  var name: String
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write the pair into this folder (default: icl-host/keys in the user's configuration).",
      valueName: "folder"))
  var out: String?

  func run() throws {
    let keys = try out.map(KeyFolder.init) ?? TrustOptions.keys
    try keys.generate(name)
    Terminal.print("secret  \(keys.secretPath(name))\npublic  \(keys.publicPath(name))")
  }
}
