import Glibc
import ICLRecords
import ICLTraining

extension ReproductionResult {
  /// Writes the page, and each figure as <id>.svg, into a folder; gives the page's path.
  @discardableResult
  public func write(to folder: String, date: String) throws -> String {
    FileTest.makeFolders(above: "\(folder)/index.html")
    for drawn in figures {
      guard case .success(let svg) = drawn.svg else { continue }
      try TextFile.write(svg, to: path(of: drawn, in: folder))
    }
    let page = "\(folder)/index.html"
    let recorded = RecordedChecks(reproduction.paper)
    try TextFile.write(PaperPage(self, date: date, recorded: recorded).text, to: page)
    try TextFile.write(document(in: folder, date: date).text + "\n", to: "\(folder)/checks.json")
    return page
  }

  private func path(of drawn: DrawnFigure, in folder: String) -> String {
    "\(folder)/\(drawn.figure.id).svg"
  }

  /// The document of `reproduce --json`.
  public func document(in folder: String, date: String) -> JSON {
    let paper = reproduction.paper
    return [
      "paper": .text(paper.name), "title": .text(paper.title), "date": .text(date),
      "quick": .boolean(reproduction.form.isQuick), "holds": .boolean(holds),
      "checks": .array(verdicts.map(\.document)),
      "figures": .array(
        figures.map { drawn in
          var json: JSON = [
            "id": .text(drawn.figure.id), "title": .text(drawn.figure.title),
            "must_be_seen": .text(drawn.figure.mustBeSeen),
          ]
          switch drawn.svg {
          case .success: json.add("file", .text(path(of: drawn, in: folder)))
          case .failure(let failure): json.add("reason", .text(failure.description))
          }
          return json
        }),
      "page": .text("\(folder)/index.html"), "runs": .integer(computedRuns + reusedRuns),
      "computed_runs": .integer(computedRuns), "seconds": .real(seconds),
    ]
  }

  /// What is beside the paper's file has no more of a path than that.
  private func withoutFolder(_ text: String) -> String {
    text.replacing(reproduction.paper.folder + "/", with: "")
  }

  /// How each group was run: what was set, seeds, variations and steps.
  private var groupDocuments: [JSON] {
    reproduction.groups.compactMap { group in
      guard let runs = finished[group.name], let first = runs.first else { return nil }
      let steps = runs.joined().compactMap(\.steps).max()
      let settings = first.first?.plan.settings.filter { setting in
        setting.key != "run.seed" && !group.variations.joined().contains { $0.key == setting.key }
      }
      return [
        "group": .text(group.name),
        "settings": .array((settings ?? []).map { .text(withoutFolder($0.text)) }),
        "variations": .array(
          runs.compactMap { $0.first?.plan.variationText }.filter { !$0.isEmpty }
            .map { .text($0) }),
        "seeds": .array(first.map { .integer($0.plan.seed) }),
        "steps": steps.map { .integer($0) } ?? nil,
      ]
    }
  }

  /// Keeps the checks with the paper, as measured/<form>.json, and the times that were seen.
  public func record(date: String, times: PaperTimes) throws -> String {
    let folder = "\(reproduction.paper.folder)/measured"
    let path = "\(folder)/\(reproduction.form.isQuick ? "quick" : "full").json"
    FileTest.makeFolders(above: path)
    var old: [JSON] = []
    if let text = try? TextFile.read(path), let json = try? JSON(parsing: text) {
      let ids = Set(verdicts.map(\.check.id))
      old = (json["checks"]?.elements ?? []).filter { !ids.contains($0["id"]?.string ?? "") }
    }
    let checks = verdicts.map(\.document) + old
    let json: JSON = [
      "date": .text(date), "seconds": .real(seconds), "runs": .array(groupDocuments),
      "checks": .array(checks),
    ]
    try TextFile.write(json.text + "\n", to: path)
    try times.record(in: folder)
    return path
  }
}

/// Today in UTC, as 2026-11-21.
public enum Today {
  public static func text() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
