import ArgumentParser
import ICLTraining

struct ComponentOptions: ParsableArguments {
  @Option(name: .long, help: "The model, or a predictor.")
  var model: String
  @Option(name: .long, help: "The task: prompts and loss.")
  var task: String
  @Option(
    name: .customLong("metric"),
    help: ArgumentHelp(
      "A metric; may be repeated (default: \(RunConfiguration.defaultMetrics.joined(separator: ", "))).",
      valueName: "metric"))
  var metric: [String] = []

  /// nil for the default ones.
  var metrics: [String]? { metric.isEmpty ? nil : metric }
}
