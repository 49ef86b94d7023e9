import ArgumentParser

struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what experiments say, and what they may say.",
    subcommands: [ConfigShow.self, ConfigSchema.self])
}
