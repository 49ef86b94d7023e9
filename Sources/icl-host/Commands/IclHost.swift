import ArgumentParser
import ICLTraining

struct IclHost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "icl-host",
    abstract: "Composes models, tasks, metrics and optimizers at run time, and trains.",
    usage: """
      icl-host [run] --model <model> --task <task> [<options>]
      icl-host run <experiment.yaml> [<options>]
      icl-host evaluate|predict|sample|reproduce|analyse|list|describe|probe|graph|plot|report|\
      runs|config|registry|new|validate|bench ...
      """,
    discussion: """
      A component is a name that is found in the plugins of this machine (see icl-host list), or a \
      path to a plugin: ./plugin.so, ./plugin.so#component.

      EXAMPLES:
        icl-host --model linear-attention --task ridge
        icl-host --model ./tiny.so --task ridge --set task.scoring=query --steps 500
        icl-host evaluate --model ridge --task ridge --prompts 1000000 --json
        icl-host sample --task ridge --prompts 1000 --out prompts.npz
        icl-host reproduce linear-attention-dynamics --quick
        icl-host describe linear-attention
        icl-host --generate-completion-script bash > icl-host.bash

      EXIT STATUS:
         0  good
         1  a check failed, or the loss became infinite
        64  usage              65  bad data        66  missing input
        69  plugin refused     70  a mistake in icl-host
        73  cannot create a file     74  cannot write to it
        75  stopped, but resumable   78  configuration
      """,
    version: "icl-host \(Version.text)",
    subcommands: [
      Run.self, Evaluate.self, Predict.self, Sample.self, Reproduce.self, Analyse.self, List.self,
      Describe.self,
      ProbeCommand.self, GraphCommand.self, RunsCommand.self, Plot.self, ReportCommand.self,
      Config.self, Registry.self, New.self, Validate.self, Bench.self,
    ],
    defaultSubcommand: Run.self)
}
