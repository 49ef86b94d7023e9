import ArgumentParser
import ICLTraining

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluates a predictor: its loss per context length, with standard errors.",
    discussion: """
      Nothing is trained: a model with parameters is evaluated as it starts, or with those of a \
      recorded run or a file. Prompts depend on the \
      seed alone, so predictors with one seed are compared on the same prompts.

      EXAMPLES:
        icl-host evaluate --model ridge --task ridge
        icl-host evaluate --model ridge --task ridge --prompts 1000000 --json
        icl-host evaluate --model ridge --task ridge --set task.dimension=4
        icl-host evaluate runs/first
        icl-host evaluate runs/first --step 1000 --prompts 1000000
        icl-host evaluate --model linear-attention --task ridge --parameters trained.safetensors
      """)

  @Argument(
    help: ArgumentHelp("The directory of a run, or an experiment.", valueName: "run"))
  var source: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: "The checkpoint of the run (default: the newest).")
  var step: Int?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Parameters for the model, from a safetensors file.", valueName: "file"))
  var parameters: String?
  @OptionGroup var components: ComponentOptions
  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Fresh prompts (run.evaluation-prompts; default: \
      \(RunOptions.defaultText("evaluation-prompts"))).
      """)
  var prompts: String?
  @OptionGroup var machine: MachineOptions
  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let settings = try settings.read(machine.values + [("evaluation-prompts", prompts)])
    let progress = ProgressLine()
    if let directory = source, RunDestination.isRun(directory), parameters == nil {
      let trained = try TrainedRun(
        opening: directory, step: step, overrides: components.adding(to: settings),
        in: plugins.catalog)
      for warning in trained.warnings { Terminal.printNote("warning: \(warning)") }
      let report = try progress.whileShown { try trained.evaluate(observe: progress.show) }
      var document = trained.run.document(report)
      document.add("directory", .text(directory))
      document.add("step", .integer(trained.step))
      output.show(document) { ReportText.text(trained.run, report) }
      return
    }
    if step != nil {
      throw ValidationError("--step is of a run's checkpoints; name the run's directory.")
    }
    var experiment = try components.experiment(
      file: RecordOptions.file(of: source), settings: settings)
    experiment.optimizer = nil
    let resolved = try ResolvedRun(experiment, in: plugins.catalog)
    let report = try progress.whileShown {
      try parameters.map { try resolved.evaluate(parameters: $0, observe: progress.show) }
        ?? resolved.evaluate(observe: progress.show)
    }
    output.show(resolved.document(report)) { ReportText.text(resolved, report) }
  }
}
