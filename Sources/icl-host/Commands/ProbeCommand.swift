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
        icl-host probe --model softmax-transformer --task ridge --node 'layers.*.attention.*' \\
            --node x --node y --out attention.npz
        icl-host probe --model linear-attention --task ridge --patch scores=zero
      """)

  @Option(name: .long, help: "The model.")
  var model: String
  @Option(name: .long, help: "The task: prompts and loss.")
  var task: String
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
    let configuration = RunConfiguration(
      model: model, task: task, metrics: [], optimizer: nil,
      settings: try settings.read(machine.values))
    let probe = try Probe(ResolvedRun(configuration, in: plugins.catalog))
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
}
