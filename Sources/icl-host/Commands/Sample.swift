import ArgumentParser
import ICLTraining

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws prompts of a task, and writes them as .npz.",
    discussion: """
      One array a tensor, latents too, in Double, prompt outermost. They are the prompts that the \
      first step of a run with this seed trains on.

      EXAMPLES:
        icl-host sample --task ridge --prompts 1000 --out prompts.npz
        python3 -c 'import numpy; print(numpy.load("prompts.npz")["x"].shape)'
      """)

  @Option(name: .long, help: "The task.")
  var task: String
  @Option(name: .long, parsing: .unconditional, help: "How many prompts.")
  var prompts: Int
  @Option(name: .long, help: ArgumentHelp("The file to write.", valueName: "file.npz"))
  var out: String
  @Option(name: .long, parsing: .unconditional, help: "Every random number follows from it.")
  var seed: String?
  @OptionGroup var settings: SettingOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let sampling = try TaskSampling(
      task: task, settings: try settings.read([("seed", seed)]), in: plugins.catalog)
    try sampling.write(prompts: prompts, to: out)
    Terminal.print(SampleText.text(sampling.signature, prompts: prompts, path: out))
  }
}
