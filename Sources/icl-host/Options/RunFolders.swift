import ArgumentParser
import ICLPlugins
import ICLRecords
import ICLReports
import ICLTraining

/// The run directories that a command reads.
struct RunFolders: ParsableArguments {
  @Argument(help: ArgumentHelp("Run directories.", valueName: "run"))
  var folders: [String]

  func read() throws(Failure) -> [RunSeries] {
    var runs: [RunSeries] = []
    for folder in folders {
      do throws(RecordError) {
        runs.append(try RunSeries(path: folder))
      } catch {
        throw Failure(error)
      }
    }
    return runs
  }
}

extension Failure {
  init(_ error: UnknownSeries, option: String) {
    guard error.detail == nil else {
      self.init(.usage, key: option, "\(error.description).")
      return
    }
    // What may be typed: a whole name, or its end.
    let ends = error.known.compactMap { $0.split(separator: ".").last.map(String.init) }
    let nearest = nearestName(to: error.name, among: error.known + ends)
    let list = error.known.prefix(40).joined(separator: ", ")
    let more = error.known.count > 40 ? ", and \(error.known.count - 40) more" : ""
    self.init(
      .usage, key: option, "\(error.description).",
      hint: (nearest.map { "Did you mean '\($0)'? " } ?? "")
        + (error.known.isEmpty ? "Nothing was recorded yet." : "There are \(list)\(more)."))
  }

  init(_ error: UnknownOption, option: String) {
    let ends = error.known.compactMap { $0.split(separator: ".").last.map(String.init) }
    let nearest =
      error.matching.isEmpty ? nearestName(to: error.name, among: error.known + ends) : nil
    self.init(
      .usage, key: option, "\(error.description).",
      hint: (nearest.map { "Did you mean '\($0)'? " } ?? "")
        + "There are \(error.known.joined(separator: ", ")).")
  }
}
