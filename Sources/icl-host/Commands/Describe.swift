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
      """)

  @Argument(help: "A component, a plugin, a path to one, or: run.")
  var name: String
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let components = try ComponentListing.named(name, in: plugins.catalog)
    output.show(ComponentListing.document(components)) { ListingText.describe(components) }
  }
}
