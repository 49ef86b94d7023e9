import ICLRecords

/// One HTML page about one run, or several that are compared.
///
/// The page holds everything it needs: no network, no other file. Without scripts it is complete;
/// with them figures answer to the pointer. All texts are escaped, wherever they come from.
public struct Report: Sendable {
  let runs: [RunSeries]
  let groups: [RunGroup]
  /// For each run.
  let warnings: [[String]]
  /// `experiment.yaml` of each run, where there is one.
  let experiments: [String?]

  public init(_ runs: [RunSeries]) throws(RecordError) {
    self.runs = runs
    // Without options to choose by, grouping refuses nothing.
    groups =
      (try? RunGroup.groups(of: runs))
      ?? runs.map { RunGroup(label: $0.directory.name, runs: [$0]) }
    var warnings: [[String]] = []
    var experiments: [String?] = []
    for run in runs {
      warnings.append(try Self.warnings(of: run))
      experiments.append(try Self.text("experiment.yaml", of: run))
    }
    self.warnings = warnings
    self.experiments = experiments
  }

  var title: String {
    if runs.count == 1 { return runs[0].displayName }
    return "Comparison of \(runs.count) runs"
  }

  public func html() -> String {
    var page = XMLText()
    page.add(markup: "<!DOCTYPE html>\n")
    page.open("html", ["lang": "en"])
    page.open("head")
    page.add(markup: "<meta charset=\"utf-8\">\n")
    page.add(
      markup: "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    // Nothing is loaded from anywhere, whatever the texts of a run hold.
    page.add(
      markup: """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'unsafe-inline'; script-src 'unsafe-inline'">

        """)
    page.add(markup: "<meta name=\"color-scheme\" content=\"light dark\">\n")
    page.leaf("title", [:], title)
    page.add(markup: "<style>\n\(ReportStyle.sheet)\(FigureStyle.sheet)</style>\n")
    page.close()
    page.open("body")
    page.open("header")
    page.leaf("h1", [:], title)
    for line in heading { page.leaf("p", [:], line) }
    page.close()
    page.open("main")
    addWarnings(to: &page)
    addSummary(to: &page)
    addFigures(to: &page)
    addOptions(to: &page)
    addProvenance(to: &page)
    page.close()
    page.add(markup: "<script>\n\(ReportScript.text)</script>\n")
    page.close()
    page.close()
    return page.text
  }

  private var heading: [String] {
    guard runs.count == 1 else {
      let differing = Set(groups.map(\.label)).count > 1 ? groups.map(\.label) : []
      return differing.isEmpty ? [] : [differing.joined(separator: " · ")]
    }
    let run = runs[0]
    let subject =
      run.manifest.model.isEmpty
      ? run.directory.name : "\(run.manifest.model) on \(run.manifest.task)"
    return ["\(subject): \(run.stateText)."]
  }

  /// Lines of the log that warn, without their times; each once.
  private static func warnings(of run: RunSeries) throws(RecordError) -> [String] {
    var found: [String] = []
    if run.status.state == .failed || run.status.state == .stopped {
      found.append("The run is not complete: \(run.stateText).")
    }
    let lines = try text("log.txt", of: run)?.split(separator: "\n") ?? []
    for line in lines {
      let lowered = line.lowercased()
      guard ["warning", "error", "failed"].contains(where: { lowered.contains($0) }) else {
        continue
      }
      let words = line.split(separator: " ", maxSplits: 1)
      let isTimed = words.count == 2 && words[0].contains(":") && words[0].first?.isNumber == true
      let text = String(isTimed ? words[1] : line[...])
      if !found.contains(text) { found.append(text) }
    }
    return found
  }

  private static func text(_ file: String, of run: RunSeries) throws(RecordError) -> String? {
    do throws(RecordError) {
      return try TextFile.read(run.directory.path(to: file))
    } catch {
      guard error.code == .missing else { throw error }
      return nil
    }
  }
}

extension RunSeries {
  var displayName: String { manifest.name.isEmpty ? directory.name : manifest.name }

  var stateText: String {
    let steps = Numeral.grouped("\(status.steps)")
    return switch status.state {
    case .finished: "finished, \(steps) steps"
    default:
      "\(status.state.rawValue) at step \(Numeral.grouped("\(status.step)")) of \(steps)"
    }
  }
}
