import ArgumentParser
import ICLTraining

struct ComponentOptions: ParsableArguments {
  @Option(name: .long, help: "The model, or a predictor.")
  var model: String?
  @Option(name: .long, help: "The task: prompts and loss.")
  var task: String?
  @Option(
    name: .customLong("metric"),
    help: ArgumentHelp(
      "A metric; may be repeated (default: \(RunConfiguration.defaultMetrics.joined(separator: ", "))).",
      valueName: "metric"))
  var metric: [String] = []

  /// nil for the default ones.
  var metrics: [String]? { metric.isEmpty ? nil : metric }

  /// What is given by name.
  ///
  /// - Parameter file: an experiment or a run that says the rest; nil if there is none.
  func experiment(file: String?, settings: Settings) throws -> Experiment {
    let settings = adding(to: settings)
    if file == nil {
      guard model != nil else { throw missing("model") }
      guard task != nil else { throw missing("task") }
    }
    var experiment =
      try file.map { try Experiment(file: $0, overrides: settings) }
      ?? Experiment(overrides: settings)
    if let metrics { experiment.metrics = metrics.map { MetricChoice(ComponentChoice($0)) } }
    return experiment
  }

  func adding(to settings: Settings) -> Settings {
    var settings = settings
    if let model { settings.set(.model, "component", model) }
    if let task { settings.set(.task, "component", task) }
    return settings
  }

  private func missing(_ name: String) -> ValidationError {
    ValidationError("Missing expected argument '--\(name) <\(name)>'")
  }
}
