import ArgumentParser
import ICLEngine
import ICLRecords
import ICLTraining

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how fast steps of known workloads run.",
    discussion: """
      Each workload is an ordinary run, shown by --list; it has a process of its own, kept on the \
      first processors, one for each thread. Times are per step: the median over bursts, and \
      the least disturbed burst.

      EXAMPLES:
        icl-host bench W1-direct
        icl-host bench W3 --threads 2 --seconds 10
        icl-host bench all --json
        icl-host bench W1-direct --profile
        icl-host bench W3 --roofline
      """)

  @Argument(help: "A workload, the start of several names, or: all.")
  var workload = "all"
  @Flag(name: .long, help: "Show the workloads and how icl-host run would be told to do the same.")
  var list = false
  @Option(name: .long, help: "Threads.")
  var threads = 1
  @Option(name: .long, help: "How long to measure each workload.")
  var seconds = 5.0
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The build of the kernels (default: auto).", valueName: "auto|avx512|avx2|baseline"))
  var backend: String?
  @Flag(name: .long, help: "Write one JSON object a line for each workload.")
  var json = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Measure nothing: read the prompts (prompt.x, ...) and parameters (parameter.NAME) of one step.",
      valueName: "file.npz"))
  var inputs: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where to write that step's loss, predictions and gradients (gradient.NAME).",
      valueName: "file.npz"))
  var outputs: String?
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Show each workload beside the limit that the machine sets.",
      discussion: """
        The peak is that of multiply-adds in registers, the bandwidth that of arrays larger than any \
        cache, both measured; the limit is the longer of FLOPs / peak and bytes / bandwidth.
        """))
  var roofline = false
  @OptionGroup var profile: ProfileOptions
  @Flag(name: .customLong("continued"), help: .hidden)
  var isContinued = false
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads: expected 1 to 1024, found '\(threads)'.")
    }
    guard (inputs == nil) == (outputs == nil) else {
      throw ValidationError("--inputs and --outputs belong together.")
    }
    guard inputs == nil || (try? Workload.named(workload).count == 1) ?? true else {
      throw ValidationError("--inputs: give one workload, found '\(workload)'.")
    }
    guard seconds > 0, seconds <= 1e6 else {
      throw ValidationError("--seconds: expected more than 0, found '\(seconds)'.")
    }
  }

  func run() throws {
    let workloads = try Workload.named(workload)
    if list {
      Terminal.print(BenchText.list(workloads))
    } else if workloads.count > 1 {
      if roofline && !json { Terminal.print(RooflineText.head) }
      for workload in workloads { try OwnProcess.run(again(workload)) }
    } else {
      if roofline && !json && !isContinued { Terminal.print(RooflineText.head) }
      try run(workloads[0])
    }
  }

  private func run(_ workload: Workload) throws {
    Processors.keep(first: threads)
    let run: ResolvedRun
    do {
      run = try workload.prepared(
        threads: threads, backend: backend, catalog: plugins.catalog)
    } catch {
      Terminal.print(
        json
          ? workload.document(obstacle: error, version: Version.text).line
          : BenchText.row(workload, obstacle: error))
      return
    }
    if let inputs, let outputs { return try run.computeStep(inputs: inputs, outputs: outputs) }
    if profile.isWanted { return try profile.show(run) }
    let chains = try workload.preparedChains(
      threads: threads, backend: backend, catalog: plugins.catalog)
    if roofline {
      let result = try workload.roofline(run, chains: chains, seconds: seconds)
      return Terminal.print(
        json ? result.document(version: Version.text).line : RooflineText.row(result))
    }
    let measurement = try workload.measure(run, chains: chains, seconds: seconds)
    Terminal.print(
      json ? measurement.document(version: Version.text).line : BenchText.row(measurement))
  }

  /// The arguments of a process for one workload.
  private func again(_ workload: Workload) -> [String] {
    ["bench", workload.name, "--threads", "\(threads)", "--seconds", "\(seconds)"]
      + (backend.map { ["--backend", $0] } ?? []) + (json ? ["--json"] : [])
      + (roofline ? ["--roofline", "--continued"] : [])
      + profile.arguments + plugins.folders.flatMap { ["--plugin-dir", $0] }
  }
}
