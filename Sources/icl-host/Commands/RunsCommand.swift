import ArgumentParser
import ICLRecords

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists the recorded runs of a folder.",
    discussion: """
      The folder's runs.sqlite is brought up to date with the run directories on the way. It holds \
      nothing that is not in them, and --rebuild makes it again.

      EXAMPLES:
        icl-host runs
        icl-host runs sweeps/noise --json
        icl-host runs --rebuild
        sqlite3 runs/runs.sqlite 'SELECT run, value FROM final_values WHERE series = "test.loss"'
      """)

  @Argument(help: "The folder.")
  var folder = "runs"
  @Flag(name: .long, help: "Make runs.sqlite again from the run directories.")
  var rebuild = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    if rebuild {
      for error in try RunIndex.rebuild(folder: folder) {
        Terminal.printNote("left out: \(error)")
      }
    }
    let runs = try RunIndex(folder: folder).refresh()
    output.show(RunsText.document(runs)) { RunsText.text(runs) }
  }
}
