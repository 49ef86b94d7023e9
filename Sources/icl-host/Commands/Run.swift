import ArgumentParser
import ICLTraining

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a model on a task, and evaluates it on fresh prompts (default).",
    discussion: """
      A model without parameters is evaluated at once. Nothing is written unless an experiment, \
      --out or --runs is given. A recorded run that was interrupted (Ctrl-C, twice to stop at \
      once) or killed goes on with --resume, and ends with the same numbers, bit for bit. So does \
      one that a plugin in a process of its own ended (status 69).

      EXAMPLES:
        icl-host run --model linear-attention --task ridge
        icl-host run --model linear-attention --task ridge --set model.layers=2
        icl-host --model mamba --task ridge --set optimizer.learning-rate=0.003 \\
            run.schedule=cosine run.warm-up=200
        icl-host run --model linear-attention --task ridge --dry-run
        icl-host run experiment.yaml --set task.dimension=6 evaluations.test.every=100
        icl-host run --model linear-attention --task ridge --out runs/first
        icl-host run runs/first --resume
        icl-host run --model ./plugin.so --task ridge --watch
      """)

  @Argument(help: "An experiment, or the directory of a run.")
  var experiment: String?
  @OptionGroup var components: ComponentOptions
  @Option(
    name: .long, help: "The optimizer (default: \(RunConfiguration.defaultOptimizer)).")
  var optimizer: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: "Optimizer steps (run.steps; default: \(RunOptions.defaultText("steps"))).")
  var steps: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: "Prompts in each step (run.batch; default: \(RunOptions.defaultText("batch"))).")
  var batch: String?
  @OptionGroup var machine: MachineOptions
  @OptionGroup var settings: SettingOptions
  @Flag(name: .long, help: "Show the options, parameters, FLOPs and memory; train nothing.")
  var dryRun = false
  @Flag(
    name: .long,
    help: """
      Wait for a plugin to be built anew, and run again with it; a run that Ctrl-C has paused \
      goes on if the parameters are the same. Nothing is recorded.
      """)
  var watch = false
  @OptionGroup var recording: RecordOptions
  @OptionGroup var profile: ProfileOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    var settings = try settings.read(machine.values + [("steps", steps), ("batch", batch)])
    if let optimizer { settings.set(.optimizer, "component", optimizer) }
    let experiment = try components.experiment(
      file: RecordOptions.file(of: experiment), settings: settings)
    if watch { return try watch(experiment) }
    let destination = try recording.destination(of: self.experiment)
    if let destination, !dryRun, !profile.isWanted {
      return try record(experiment, at: destination)
    }
    let run = try ResolvedRun(experiment, in: plugins.catalog)
    if dryRun {
      let cost = try run.cost()
      output.show(run.document(cost)) { CostText.text(run, cost) }
      return
    }
    if profile.isWanted { return try profile.show(run) }
    let progress = ProgressLine()
    let report = try progress.whileShown { try run.execute(observe: progress.show) }
    output.show(run.document(report)) { ReportText.text(run, report) }
  }
}
