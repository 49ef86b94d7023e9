import ArgumentParser
import ICLPlugins
import ICLRecords
import ICLTraining

struct RegistryVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Says who vouches for plugins: the lock, or a key that you trust.",
    discussion: """
      No plugin is opened. The status is 1 if nobody vouches for one, or the policy refuses it.

      EXAMPLES:
        icl-host registry verify
        icl-host registry verify ./plugin.so --policy signed
      """)

  @Argument(
    help: ArgumentHelp("Paths to plugins (default: all of the search path).", valueName: "plugin"))
  var paths: [String] = []
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let gate = plugins.trust.gate
    let examined =
      try paths.isEmpty
      ? PluginExamination.plugins(in: plugins.catalog, gate: gate)
      : paths.map { path in
        guard let plugin = PluginExamination(path: path, gate: gate) else {
          throw Failure(
            .pluginRefused, key: path, "this library has no ICL note, so it is not a plugin.")
        }
        return plugin
      }
    output.show(["plugins": .array(examined.map(\.json))]) { TrustText.plugins(examined) }
    guard examined.allSatisfy({ $0.isVouchedFor && $0.refusal == nil }) else {
      throw ExitCode(Failure.Status.checkFailed.rawValue)
    }
  }
}
