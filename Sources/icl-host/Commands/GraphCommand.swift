import ArgumentParser
import ICLRecords
import ICLTraining

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws the computation of one prompt, with its cost.",
    discussion: """
      Before: as the plugins wrote it. After: as it is computed. FLOPs are for one prompt; what does \
      not differ from prompt to prompt is computed once a step, has a dashed frame, and counts \
      nothing.

      EXAMPLES:
        icl-host graph --model linear-attention --task ridge
        icl-host graph --model linear-attention --task ridge --format svg --out graph.svg
        icl-host graph --model mamba --task ridge --stage before --format dot | dot -Tpdf
        icl-host graph --model linear-attention --task ridge --gradients
      """)

  @Option(name: .long, help: "The model.")
  var model: String
  @Option(name: .long, help: "The task: prompts and loss.")
  var task: String
  @Option(name: .long, help: "Before or after it is simplified.")
  var stage = DrawnStage.after
  @Flag(name: .long, help: "Of a training step, with gradients.")
  var gradients = false
  @Option(name: .long, help: "How it is written.")
  var format = DrawingFormat.text
  @Option(
    name: .long,
    help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"))
  var out: String?
  @OptionGroup var settings: SettingOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let configuration = RunConfiguration(
      model: model, task: task, metrics: [], optimizer: nil, settings: try settings.read([]))
    let run = try ResolvedRun(configuration, in: plugins.catalog)
    let text = try run.drawing(stage, gradients: gradients, format: format)
    guard let out else { return Terminal.print(String(text.dropLast())) }
    try TextFile.write(text, to: out)
  }
}

extension DrawnStage: ExpressibleByArgument {}
extension DrawingFormat: ExpressibleByArgument {}
