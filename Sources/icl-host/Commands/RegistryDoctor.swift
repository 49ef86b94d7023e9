import ArgumentParser
import ICLTraining

struct RegistryDoctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Explains which plugins are found and loaded, which are not, and what to do.",
    discussion: "The status is 1 if there is a problem.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let examination = RegistryExamination(plugins.catalog, plugins.trust.gate)
    output.show(examination.json) { TrustText.registry(examination) }
    guard examination.problems.isEmpty else {
      throw ExitCode(Failure.Status.checkFailed.rawValue)
    }
  }
}
