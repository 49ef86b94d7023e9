import ArgumentParser
import ICLRecords
import ICLReports
import ICLTraining

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one HTML page about a run, or about several that are compared.",
    discussion: """
      The page holds everything it needs, and loads nothing from anywhere. For one run it is \
      written into the run's directory.

      EXAMPLES:
        icl-host report runs/a
        icl-host report runs/a runs/b --out comparison.html
      """)

  @OptionGroup var runs: RunFolders
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The file to write (default: RUN/report.html, or report.html for several).",
      valueName: "file.html"))
  var out: String?

  func run() throws {
    let all = try runs.read()
    let path = out ?? (all.count == 1 ? all[0].directory.path(to: "report.html") : "report.html")
    do throws(RecordError) {
      try TextFile.write(try Report(all).html(), to: path)
    } catch {
      throw Failure(error)
    }
    Terminal.print(path)
  }
}
