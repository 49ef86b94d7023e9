import ArgumentParser
import ICLTraining

struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what a component is, and its options.",
    discussion: """
      EXAMPLES:
        icl-host describe linear-attention
        icl-host describe ./plugin.so
        icl-host describe run
        icl-host describe softmax-transformer --task ridge --set model.layers=3
      """)

  @Argument(help: "A component, a plugin, a path to one, or: run.")
  var name: String
  @Option(
    name: .long,
    help: "List the values inside a model on this task, for probe and --patch.")
  var task: String?
  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    if let task {
      let configuration = RunConfiguration(
        model: name, task: task, metrics: [], optimizer: nil, settings: try settings.read([]))
      let values = try Probe(ResolvedRun(configuration, in: plugins.catalog)).values
      return output.show(NamedValuesText.document(values)) { NamedValuesText.text(values) }
    }
    let components = try ComponentListing.named(name, in: plugins.catalog)
    output.show(ComponentListing.document(components)) { ListingText.describe(components) }
  }
}
