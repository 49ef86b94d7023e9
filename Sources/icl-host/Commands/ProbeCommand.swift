import ArgumentParser
import ICLTraining

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Records values inside a model, and replaces them, on fresh prompts.",
    discussion: """
      A value is named by the model that computes it; icl-host describe MODEL --task TASK lists the \
      names. In a pattern * stands for any letters. With --patch a value is replaced for all that \
      read it on the way to the prediction: by zero, by its mean over the prompts, or by what it is \
      for the next prompt. Arithmetic is in Double.

      EXAMPLES:
        icl-host probe --model linear-attention --task ridge --node scores --out scores.npz
        icl-host probe runs/ridge-mamba-1f2e3d4c --node step --out steps.npz
        icl-host probe --model softmax-transformer --task ridge --node 'layers.*.attention.*' \\
            --node x --node y --out attention.npz
        icl-host probe --model linear-attention --task ridge --patch scores=zero
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
    name: .customLong("node"),
    help: ArgumentHelp("Values to record, by name or pattern; may be repeated.", valueName: "name"))
  var nodes: [String] = []
  @Option(name: .long, help: ArgumentHelp("The file to write.", valueName: "file.npz"))
  var out: String?
  @Option(
    name: .customLong("patch"),
    help: ArgumentHelp(
      "A value to replace, and by what; may be repeated.",
      valueName: "name=zero|mean|other-prompt"))
  var patches: [String] = []
  @Option(name: .long, parsing: .unconditional, help: "How many prompts.")
  var prompts = 256
  @OptionGroup var machine: MachineOptions
  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    if nodes.isEmpty && patches.isEmpty {
      throw ValidationError("nothing to do: name values with --node, or replace some with --patch")
    }
    if nodes.isEmpty != (out == nil) {
      throw ValidationError("--node and --out go together: what to record, and where")
    }
    if prompts < 1 { throw ValidationError("--prompts needs at least 1, found \(prompts)") }
  }

  func run() throws {
    let probe = try opened()
    let patches = try patches.map { try Patch($0) }
    let progress = ProgressLine()
    let effect =
      patches.isEmpty
      ? nil
      : try progress.whileShown {
        try probe.effect(of: patches, prompts: prompts, observe: progress.show)
      }
    let recording = try out.map {
      try probe.record(nodes, patches: patches, prompts: prompts, to: $0)
    }
    output.show(ProbeText.document(effect, recording)) { ProbeText.text(effect, recording) }
  }

  private func opened() throws -> Probe {
    let settings = try settings.read(machine.values)
    if let directory = source, RunDestination.isRun(directory), parameters == nil {
      let trained = try TrainedRun(
        opening: directory, step: step, overrides: components.adding(to: settings),
        in: plugins.catalog)
      for warning in trained.warnings { Terminal.printNote("warning: \(warning)") }
      return try Probe(trained)
    }
    if step != nil {
      throw ValidationError("--step is of a run's checkpoints; name the run's directory.")
    }
    var experiment = try components.experiment(
      file: RecordOptions.file(of: source), settings: settings)
    experiment.optimizer = nil
    let resolved = try ResolvedRun(experiment, in: plugins.catalog)
    return try parameters.map { try Probe(resolved, parameters: $0) } ?? Probe(resolved)
  }
}
