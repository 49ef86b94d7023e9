import ArgumentParser
import Foundation
import ICLConformance
import ICLPlugins
import ICLTraining

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tries whether a plugin keeps what the interface asks for.",
    discussion: """
      Every check is done in a process of its own, with a time limit, so that a plugin may crash or \
      hang and still be reported. The status is 1 if a check fails. docs/validate.md says what each \
      check means.

      EXAMPLES:
        icl-host validate ./plugin.so
        icl-host validate ./plugin.so --only 'memory.*' --verbose
        icl-host validate linear-attention --json
        icl-host validate --list
      """)

  @Argument(
    help: ArgumentHelp("A path to a plugin, or the name of a component.", valueName: "plugin"))
  var plugin: String?
  @Flag(name: .long, help: "Show all checks, and what to do where one fails.")
  var list = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only checks of these names; * stands for any letters. May be repeated.", valueName: "glob"))
  var only: [String] = []
  @Option(name: .long, help: "Seed of prompts, settings and schedules.")
  var seed: UInt64 = 1
  @Option(name: .long, help: ArgumentHelp("Seconds that a check may take.", valueName: "seconds"))
  var limit = 20.0
  @Option(name: .long, help: "Checks at a time (default: all processors).")
  var threads: Int?
  @Flag(name: .long, help: "Show checks that pass or do not apply, too.")
  var verbose = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    guard list || plugin != nil else {
      throw ValidationError("Name a plugin, or give --list to see the checks.")
    }
    guard limit > 0, limit <= 3600 else {
      throw ValidationError("--limit: expected up to 3600 seconds, found '\(limit)'.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found '\(threads)'.")
    }
  }

  func run() throws {
    guard !list, let plugin else {
      return output.show(ValidateText.document(Check.all)) { ValidateText.list(Check.all) }
    }
    var suite = Suite(plugin: try path(plugin), catalog: plugins.catalog)
    suite.only = only
    suite.seed = seed
    suite.limit = limit
    suite.workers = threads ?? RunOptions.processors
    guard !suite.checks.isEmpty else {
      throw Failure(
        .usage, key: "--only", "no check is named like '\(only.joined(separator: "', '"))'.",
        hint: "See them with: icl-host validate --list")
    }
    let outcomes = suite.run()
    output.show(ValidateText.document(outcomes, plugin: suite.plugin, seed: seed)) {
      ValidateText.text(outcomes, plugin: suite.plugin, verbose: verbose)
    }
    if outcomes.contains(where: { $0.status == .failed }) {
      throw ExitCode(Failure.Status.checkFailed.rawValue)
    }
  }

  /// A file, or the file that the catalog knows under this name, which is not opened here.
  private func path(_ plugin: String) throws -> String {
    if plugin.contains("/") || plugin.hasSuffix(".so") {
      guard FileManager.default.fileExists(atPath: plugin) else {
        throw Failure(
          .missingInput, key: plugin, "there is no such file.",
          hint: "Give the path of a plugin, or see the names with: icl-host list")
      }
      return plugin
    }
    let entries = plugins.catalog.all().entries
    guard let entry = entries.first(where: { $0.id == plugin || $0.plugin == plugin }) else {
      let nearest = nearestName(to: plugin, among: entries.map(\.id))
      throw Failure(
        .missingInput, key: plugin, "there is no plugin or component of this name.",
        hint: nearest.map { "Did you mean '\($0)'?" } ?? "See the names with: icl-host list")
    }
    return entry.path
  }
}
