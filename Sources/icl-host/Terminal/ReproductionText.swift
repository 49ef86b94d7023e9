import ICLPapers

/// What `reproduce` shows.
enum ReproductionText {
  /// "figure 3a of ...: 12 runs, about 40 s, in runs/reproduce/..."
  static func start(
    _ reproduction: Reproduction, _ times: PaperTimes, _ folder: String
  ) -> String {
    let runs = reproduction.runs.count
    let time = reproduction.seconds(times).map {
      "about \(NumberText.time($0)) if none is done yet"
    }
    return "\(reproduction.paper.name): \(runs) \(runs == 1 ? "run" : "runs"), "
      + "\(reproduction.checks.count) checks, \(reproduction.figures.count) figures; "
      + "\(time ?? "how long it takes here is not known yet"); in \(folder)"
  }

  /// "run 3/12  separate model.rank=4, seed 3: 40 %  2 min 10 s left"
  static func line(_ progress: ReproductionProgress) -> String {
    let left = progress.secondsLeft.map { "  \(NumberText.time($0)) left" } ?? ""
    return "run \(progress.run)/\(progress.runs)  \(progress.name): "
      + "\(NumberText.fixed(100 * progress.fraction, 0)) %\(left)"
  }

  static func text(_ result: ReproductionResult, page: String) -> String {
    let paper = result.reproduction.paper
    var table = TextTable([
      ("check", .left), ("source", .left), ("expected", .left), ("measured", .left),
      ("tolerance", .left), ("holds", .left), ("", .left),
    ])
    for verdict in result.verdicts {
      table.add([
        verdict.check.id, verdict.check.source.rawValue, shortened(verdict.expectedText),
        shortened(verdict.measuredText), verdict.toleranceText,
        verdict.isAsStated ? verdict.holdsText : verdict.holdsText.uppercased(),
        shortened(verdict.check.title, 60),
      ])
    }
    let reasons = result.verdicts.flatMap { verdict in
      [verdict.reason, verdict.disproofText].compactMap(\.self).map { "\(verdict.check.id): \($0)" }
    }
    let undrawn = result.figures.compactMap { drawn -> String? in
      guard case .failure(let failure) = drawn.svg else { return nil }
      return "\(drawn.figure.id) was not drawn: \(failure)"
    }
    var parts = ["\(paper.title)\n\(paper.citation)"]
    if !result.verdicts.isEmpty { parts.append(table.text) }
    if !(reasons + undrawn).isEmpty { parts.append((reasons + undrawn).joined(separator: "\n")) }
    parts.append(
      "\(result.summary). \(result.computedRuns) runs computed in "
        + "\(NumberText.time(result.seconds)), \(result.reusedRuns) used again.\nThe page: \(page)")
    return parts.joined(separator: "\n\n")
  }

  static func list(_ listing: PaperListing) -> String {
    guard !listing.items.isEmpty else { return "No papers were found; see --papers." }
    var table = TextTable([
      ("name", .left), ("full", .right), ("--quick", .right), ("", .left),
    ])
    for item in listing.items {
      let indent = item.kind == .paper ? "" : "  "
      table.add([
        indent + item.name, time(item.seconds), time(item.quickSeconds),
        shortened(item.title, 70),
      ])
    }
    return table.text + "\n\nTimes are for this machine, if no run is done yet; ? is not known."
  }

  private static func time(_ seconds: Double?) -> String { seconds.map(NumberText.time) ?? "?" }

  private static func shortened(_ text: String, _ most: Int = 44) -> String {
    text.count <= most ? text : text.prefix(most - 1) + "…"
  }
}
