import ArgumentParser
import ICLTraining

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the components that can be named.",
    discussion: """
      Names are looked up in: --plugin-dir, ICL_PLUGIN_PATH, the folder of icl-host itself, and \
      the user's data folder (~/.local/share/icl-host/plugins).
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() {
    let (components, refusals) = ComponentListing.all(in: plugins.catalog)
    output.show(ComponentListing.document(components, refusals: refusals)) {
      ListingText.list(components)
    }
    for refusal in refusals where !output.json {
      Terminal.printNote("not usable: \(refusal.error)")
    }
  }
}
