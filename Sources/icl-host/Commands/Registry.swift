import ArgumentParser

struct Registry: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keeps the registry, which says what plugins offer without opening them.",
    subcommands: [RegistryManifest.self, RegistryEmitShim.self])
}
