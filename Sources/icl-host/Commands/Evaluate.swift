import ArgumentParser
import ICLTraining

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluates a predictor: its loss per context length, with standard errors.",
    discussion: """
      Nothing is trained: a model with parameters is evaluated as it starts. Prompts depend on the \
      seed alone, so predictors with one seed are compared on the same prompts.

      EXAMPLES:
        icl-host evaluate --model ridge --task ridge
        icl-host evaluate --model ridge --task ridge --prompts 1000000 --json
        icl-host evaluate --model ridge --task ridge --set task.dimension=4
      """)

  @OptionGroup var components: ComponentOptions
  @Option(
    name: .long, parsing: .unconditional,
    help: """
      Fresh prompts (run.evaluation-prompts; default: \
      \(RunOptions.defaultText("evaluation-prompts"))).
      """)
  var prompts: String?
  @Option(
    name: .customLong("patch"),
    help: ArgumentHelp(
      "Replace a value inside the model, and show the loss before and after; may be repeated.",
      valueName: "name=zero|mean|other-prompt"))
  var patches: [String] = []
  @OptionGroup var machine: MachineOptions
  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let configuration = RunConfiguration(
      model: components.model, task: components.task, metrics: components.metrics, optimizer: nil,
      settings: try settings.read(machine.values + [("evaluation-prompts", prompts)]))
    let run = try ResolvedRun(configuration, in: plugins.catalog)
    let progress = ProgressLine()
    if !patches.isEmpty {
      let patches = try patches.map { try Patch($0) }
      let effect = try progress.whileShown {
        try Probe(run).effect(
          of: patches, prompts: run.options.evaluationPrompts, observe: progress.show)
      }
      return output.show(effect.document) { ProbeText.text(effect) }
    }
    let report = try progress.whileShown { try run.evaluate(observe: progress.show) }
    output.show(run.document(report)) { ReportText.text(run, report) }
  }
}
