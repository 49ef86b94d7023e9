import ArgumentParser
import ICLTraining

struct SettingOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Options of components: model.heads=4 task.dimension=8; see icl-host describe.",
      valueName: "owner.option=value"))
  var texts: [String] = []

  /// What was set, and flags that stand for options of a run; a flag wins.
  func read(_ flags: [(option: String, value: String?)]) throws -> Settings {
    var settings = try Settings(texts)
    for flag in flags {
      if let value = flag.value { settings.set(.run, flag.option, value) }
    }
    return settings
  }
}
