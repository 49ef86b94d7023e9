import ArgumentParser
import ICLPapers
import ICLTraining

struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Does a paper's experiments, and compares with what it says.",
    discussion: """
      Shows a table of checks, and writes the figures and one page (index.html) into a folder. \
      Runs that are finished there are used again; those that were stopped are gone on with. The \
      status is 1 if a check does not turn out as the paper's file says.

      EXAMPLES:
        icl-host reproduce --list
        icl-host reproduce linear-attention-dynamics --quick
        icl-host reproduce linear-attention-dynamics/figure-3a --seeds 3
        icl-host reproduce linear-attention-dynamics/C12 --json
      """)

  @Argument(
    help: ArgumentHelp(
      "A paper, one of its figures, or one of its checks.", valueName: "paper[/part]"))
  var paper: String?
  @Flag(name: .long, help: "Show all papers, figures and checks, and the time each takes here.")
  var list = false
  @Flag(name: .long, help: "The short form: fewer seeds and steps, as the paper's file says.")
  var quick = false
  @Option(name: .long, help: "How many seeds, where a run has any (default: as the paper says).")
  var seeds: Int?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where runs, figures and the page go (default: runs/reproduce/<paper>).",
      valueName: "folder"))
  var out: String?
  @Option(name: .long, help: "Threads; results do not depend on it (default: all processors).")
  var threads: Int?
  @Flag(name: .long, help: "Keep what was measured with the paper, in its folder measured.")
  var record = false
  @OptionGroup var papers: PaperOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    guard list || paper != nil else {
      throw ValidationError("Name a paper, or give --list to see which there are.")
    }
    if let seeds, !(1...100_000).contains(seeds) {
      throw ValidationError("--seeds: expected 1 to 100000, found '\(seeds)'.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found '\(threads)'.")
    }
  }

  func run() throws {
    guard !list, let name = paper else { return showList() }
    let (paper, part) = try papers.catalog.find(name)
    let form = ReproductionForm(isQuick: quick, seeds: seeds)
    let reproduction = Reproduction(paper, part: part, form: form)
    let folder = out ?? "runs/reproduce/\(paper.name)"
    var times = PaperTimes(paper, data: PaperOptions.data)
    if !output.json { Terminal.printNote(ReproductionText.start(reproduction, times, folder)) }

    StopSignals.install()
    let progress = ProgressLine()
    let executor = RecordedRunExecutor(
      catalog: plugins.catalog, threads: threads, commandLine: CommandLine.arguments)
    let result = try progress.whileShown {
      try reproduction.execute(
        executor, in: folder, workers: threads ?? RunOptions.processors, times: &times
      ) { event in
        progress.show { ReproductionText.line(event) }
      }
    }
    let date = Today.text()
    let page = try result.write(to: folder, date: date)
    if record {
      let path = try result.record(date: date, times: times)
      Terminal.printNote("recorded in \(path)")
    }
    output.show(result.document(in: folder, date: date)) {
      ReproductionText.text(result, page: page)
    }
    if !result.isAsStated { throw ExitCode(Failure.Status.checkFailed.rawValue) }
  }

  private func showList() {
    let listing = PaperListing(papers.catalog, data: PaperOptions.data)
    output.show(listing.document) { ReproductionText.list(listing) }
    for refusal in listing.refusals where !output.json {
      Terminal.printNote("not usable: \(refusal)")
    }
  }
}
