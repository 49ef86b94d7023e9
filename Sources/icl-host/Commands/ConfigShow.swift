import ArgumentParser
import ICLTraining

struct ConfigShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows an experiment with all that it inherits and every default.",
    discussion: """
      What is written is itself an experiment, which needs no other file.

      EXAMPLES:
        icl-host config show experiment.yaml
        icl-host config show experiment.yaml --origin --set task.dimension=6 run.steps=100
        icl-host config show --model linear-attention --task ridge > experiment.yaml
      """)

  @Argument(help: "An experiment.")
  var experiment: String?
  @OptionGroup var components: ComponentOptions
  @Flag(name: .long, help: "Say of each value where it comes from.")
  var origin = false
  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let experiment = try components.experiment(file: experiment, settings: settings.read([]))
    let run = try ResolvedRun(experiment, in: plugins.catalog)
    if output.json {
      Terminal.print(try run.configurationDocument().text)
    } else {
      Terminal.write(run.text(withOrigins: origin))
    }
  }
}
