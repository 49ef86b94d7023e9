import ArgumentParser

struct Registry: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keeps the registry: what plugins offer, and which of them may be loaded.",
    discussion: """
      Under the policy 'open', every plugin is loaded that nobody else can write to. Under \
      'pinned', those whose bytes are in the lock; under 'signed', those that a trusted key has \
      signed. What is pinned or signed is loaded from the bytes that were checked.

      EXAMPLES:
        icl-host registry doctor
        icl-host registry lock && icl-host registry trust policy pinned
        icl-host registry keygen alice && icl-host registry sign ./plugin.so
        icl-host registry trust add alice.pub
      """,
    subcommands: [
      RegistryManifest.self, RegistryLock.self, RegistryKeygen.self, RegistrySign.self,
      RegistryVerify.self, RegistryTrust.self, RegistryDoctor.self, RegistryEmitShim.self,
    ])
}
