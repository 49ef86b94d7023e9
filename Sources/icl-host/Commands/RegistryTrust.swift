import ArgumentParser
import ICLRecords
import ICLTraining

struct RegistryTrust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Keeps the keys that you trust, and the policy.",
    subcommands: [TrustAdd.self, TrustList.self, TrustRemove.self, TrustSetPolicy.self])
}

struct TrustAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Trusts plugins that are signed with a key.")

  @Argument(help: ArgumentHelp("A public key.", valueName: "file.pub"))
  var file: String
  @Option(name: .long, help: "A name for the key (default: that of its file).")
  var name: String?

  func run() throws {
    let key = try PublicKey(file: file)
    let last = file.split(separator: "/").last.map(String.init) ?? file
    let name = name ?? (last.hasSuffix(".pub") ? String(last.dropLast(4)) : last)
    let store = try TrustOptions.store
    try store.add(key, name: name)
    Terminal.print("\(name)  \(key.base64)")
  }
}

struct TrustList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the keys that you trust.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let keys = try TrustOptions.store.keys()
    let document: JSON = [
      "keys": .array(keys.map { ["name": .text($0.name), "key": .text($0.key.base64)] })
    ]
    output.show(document) {
      keys.isEmpty
        ? "No key is trusted." : keys.map { "\($0.name)  \($0.key.base64)" }.joined(separator: "\n")
    }
  }
}

struct TrustRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Trusts a key no longer.")

  @Argument(help: "The key's name, as icl-host registry trust list shows it.")
  var name: String

  func run() throws {
    try TrustOptions.store.remove(name)
    Terminal.print("\(name) is not trusted any more")
  }
}

struct TrustSetPolicy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Sets which plugins may be loaded: for this user, from now on."
  )

  @Argument(help: ArgumentHelp("The policy.", valueName: "open|pinned|signed"))
  var policy: TrustPolicy

  func run() throws {
    try TrustOptions.store.setPolicy(policy.rawValue)
    Terminal.print("policy \(policy.rawValue)")
  }
}
