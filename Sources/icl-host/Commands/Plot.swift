import ArgumentParser
import Glibc
import ICLRecords
import ICLReports
import ICLTraining

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws what runs have recorded: to a terminal, or as SVG.",
    discussion: """
      Series are training.loss, test.loss, <evaluation>.<metric>.<value>, and elements of arrays, \
      test.loss_by_context_length[4]; the end of a name is enough where it is the only one. Arrays \
      are drawn along their own axis at the last step, matrices as cells.

      With --group, runs with one value of an option are one curve: their mean, with a band of its \
      standard error. With --over, runs that differ in that option only are.

      EXAMPLES:
        icl-host plot runs/a --y loss
        icl-host plot runs/* --y loss --over seed --theory --log-y --out loss.svg
        icl-host plot runs/* --y test.loss_by_context_length --group model --theory
        icl-host plot runs/a --x step --y training.loss --y test.loss --log-x
      """)

  @OptionGroup var runs: RunFolders
  @Option(name: .long, help: "step, or a series (default: step, or the axis of an array).")
  var x: String?
  @Option(name: .long, help: "A series; may be given several times.")
  var y: [String] = ["loss"]
  @Option(name: .long, help: "Runs with one value of this option are averaged: model, heads, seed.")
  var group: [String] = []
  @Option(name: .long, help: "Runs that differ in this option only are averaged: seed.")
  var over: [String] = []
  @Option(name: .long, help: "The step of which arrays are drawn (default: the last).")
  var at: Int?
  @Flag(name: .long, help: "Draw recorded theory dashed, and the oracle dotted.")
  var theory = false
  @Flag(name: .long, help: "A logarithmic horizontal axis.")
  var logX = false
  @Flag(name: .long, help: "A logarithmic vertical axis.")
  var logY = false
  @Option(name: .long, help: "The figure's title.")
  var title = ""
  @Option(name: .long, help: ArgumentHelp("The file to write.", valueName: "file.svg"))
  var out: String?

  func validate() throws {
    guard group.isEmpty || over.isEmpty else {
      throw ValidationError("--group and --over exclude each other.")
    }
  }

  func run() throws {
    let figure: Figure
    do {
      let groups = try RunGroup.groups(of: runs.read(), by: group, over: over)
      var plot = SeriesPlot(groups, x: x, y: y)
      plot.showsTheory = theory
      plot.hasLogX = logX
      plot.hasLogY = logY
      plot.step = at
      plot.title = title
      figure = try plot.figure()
    } catch let error as UnknownSeries {
      throw Failure(error, option: error.name == x ? "--x" : "--y")
    } catch let error as UnknownOption {
      throw Failure(error, option: group.contains(error.name) ? "--group" : "--over")
    }
    guard let out else {
      let size = Terminal.size
      Terminal.print(
        figure.characters(
          width: size.columns, height: min(size.rows - 2, 30),
          isColoured: isatty(STDOUT_FILENO) == 1))
      return
    }
    do {
      try TextFile.write(figure.svg(), to: out)
    } catch {
      throw Failure(error)
    }
  }
}
