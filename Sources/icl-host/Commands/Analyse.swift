import ArgumentParser
import ICLTraining

struct Analyse: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes something of finished runs and their checkpoints.",
    discussion: """
      trajectories: predictions along training in principal components that all runs share. \
      llc: local learning coefficients of checkpoints, by Langevin chains. transient: whether a run \
      came near ridge regression and left it again. What comes out is recorded for each run as lines \
      of metrics.jsonl; a stopped analysis goes on with the same command. --options lists what can \
      be set.

      EXAMPLES:
        icl-host analyse trajectories runs/ridge-softmax-transformer-* --out runs/trajectories
        icl-host analyse llc runs/ridge-softmax-transformer-1f2e3d4c --set steps=1000,26000 chains=4
        icl-host analyse transient runs/ridge-softmax-transformer-1f2e3d4c
        icl-host analyse llc --options
      """)

  @Argument(help: "trajectories, llc or transient.")
  var kind: String
  @Argument(help: ArgumentHelp("The directories of finished runs.", valueName: "run"))
  var runs: [String] = []
  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp("Options of the analysis.", valueName: "option=value"))
  var settings: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where it is recorded (default: analyses/<kind>-<what it is> beside the first run).",
      valueName: "folder"))
  var out: String?
  @Option(name: .long, help: "Threads; results do not depend on it (default: all processors).")
  var threads: Int?
  @Flag(name: .long, help: "Show the options of the analysis, and do nothing.")
  var options = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found '\(threads)'.")
    }
    if runs.isEmpty && !options { throw ValidationError("Name the directories of runs.") }
  }

  func run() throws {
    guard let kind = AnalysisKind(rawValue: kind) else {
      throw ValidationError(
        "there is no analysis '\(kind)'; there are: "
          + AnalysisKind.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    if options { return print(AnalysisText.options(of: kind)) }
    var values: [String: String] = [:]
    for text in settings {
      guard let equals = text.firstIndex(of: "=") else {
        throw ValidationError("--set: expected option=value, found '\(text)'.")
      }
      values[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    let analysis = try Analysis(kind, settings: values)
    let folder = try out ?? "\(Self.parent(of: runs[0]))/analyses/\(analysis.name(runs: runs))"
    StopSignals.install()
    let progress = ProgressLine()
    let report = try progress.whileShown {
      try analysis.execute(
        runs: runs, in: folder, threads: threads ?? RunOptions.processors,
        catalog: plugins.catalog,
        observe: { done in progress.show { "\(kind.rawValue): \(Int(100 * done)) %" } },
        shouldStop: { StopSignals.areRaised })
    }
    output.show(report.document) { AnalysisText.text(report) }
  }

  private static func parent(of path: String) -> String {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
