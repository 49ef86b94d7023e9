import ArgumentParser
import ICLPlugins
import ICLTraining

extension IclHost {
  /// Refuses a first word that is no command: without this, the default command would complain of
  /// something else.
  static func checkCommand(_ arguments: [String]) throws(Failure) {
    guard let word = arguments.first, !word.hasPrefix("-") else { return }
    let commands = configuration.subcommands.compactMap { $0._commandName } + ["help"]
    guard !commands.contains(word) else { return }
    if word.hasSuffix(".yaml") || word.hasSuffix(".yml") {
      throw Failure(
        .usage, "'\(word)' is no command.", hint: "To run an experiment: icl-host run \(word)")
    }
    let nearest = nearestName(to: word, among: commands)
    throw Failure(
      .usage, "unknown command '\(word)'; commands are \(commands.joined(separator: ", ")).",
      hint: nearest.map { "Did you mean '\($0)'?" } ?? "See icl-host --help.")
  }
}
