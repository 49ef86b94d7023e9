import ArgumentParser
import ICLTraining

struct ConfigSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Writes the JSON Schema of experiments, for editors.",
    discussion: """
      It has the options of all components that icl-host list shows. An editor with the YAML \
      language server uses it for a file that begins with:
        # yaml-language-server: $schema=experiment.schema.json

      EXAMPLES:
        icl-host config schema > experiment.schema.json
        icl-host config schema --model linear-attention --task ridge
      """)

  @Option(name: .long, help: "Only this model.")
  var model: String?
  @Option(name: .long, help: "Only this task.")
  var task: String?
  @Option(name: .long, help: "Only this optimizer.")
  var optimizer: String?
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let (components, refusals) = ComponentListing.all(in: plugins.catalog)
    for refusal in refusals { Terminal.printNote("not usable: \(refusal.error)") }
    var chosen: [String: String] = [:]
    chosen["model"] = model
    chosen["task"] = task
    chosen["optimizer"] = optimizer
    Terminal.print(try ExperimentSchema(components, chosen: chosen).document.text)
  }
}
