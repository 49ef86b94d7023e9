import ICLTraining

/// One page about a reproduction: each figure with what must be seen in it, and all checks.
///
/// The page needs nothing else: pictures stand inside it.
public struct PaperPage {
  private let result: ReproductionResult
  private let date: String
  private let recorded: RecordedChecks

  /// - Parameter date: shown as it is.
  public init(_ result: ReproductionResult, date: String, recorded: RecordedChecks) {
    self.result = result
    self.date = date
    self.recorded = recorded
  }

  public var text: String {
    let paper = result.reproduction.paper
    let link = HTML.escaped(paper.link)
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTML.escaped(paper.title))</title>
      <style>
      \(HTML.style)
      </style>
      </head>
      <body>
      <h1>\(HTML.escaped(paper.title))</h1>
      <p>\(HTML.escaped(paper.citation)) <a href="\(link)">\(link)</a></p>
      \(HTML.paragraphs(paper.summary))
      <p><strong>\(summary)</strong></p>
      \(result.figures.map(section).joined(separator: "\n"))
      <h2>Checks</h2>
      \(table(result.verdicts))
      \(result.verdicts.isEmpty ? "" : Self.legend)
      </body>
      </html>

      """
  }

  private var summary: String {
    let form = result.reproduction.form
    return "\(date), \(form.isQuick ? "short" : "full") form: \(result.summary)."
  }

  private static let legend = """
    <p class="note">Source: published: it stands in the paper, or was read off its figures. theory: \
    the paper's theory, computed. derivation: ours, from the paper's definitions. ± is one standard \
    error.</p>
    """

  private func section(_ drawn: DrawnFigure) -> String {
    let figure = drawn.figure
    let picture =
      switch drawn.svg {
      case .success(let svg): "<figure>\(HTML.inlined(svg: svg))</figure>"
      case .failure(let failure):
        "<p class=\"fails\">Not drawn: \(HTML.escaped(failure.description))</p>"
      }
    let checks = result.verdicts.filter { $0.check.figure == figure.id }
    return """
      <section id="\(HTML.escaped(figure.id))">
      <h2>\(HTML.escaped(figure.title))</h2>
      \(picture)
      <div class="seen"><strong>Must be seen:</strong>\(HTML.paragraphs(figure.mustBeSeen))</div>
      \(checks.isEmpty ? "" : table(checks))
      </section>
      """
  }

  private func table(_ verdicts: [Verdict]) -> String {
    guard !verdicts.isEmpty else { return "<p>None.</p>" }
    let hasRecords = verdicts.contains { recorded[$0.check.id] != nil }
    let titles =
      ["Check", "", "Source", "Expected", "Measured", "Tolerance"]
      + (hasRecords ? ["Recorded"] : []) + ["Holds"]
    return """
      <table>
      <tr class="titles">\(titles.map { "<th>\($0)</th>" }.joined())</tr>
      \(verdicts.map { row($0, hasRecords: hasRecords) }.joined(separator: "\n"))
      </table>
      """
  }

  private func row(_ verdict: Verdict, hasRecords: Bool) -> String {
    let check = verdict.check
    var about = HTML.escaped(check.title)
    about += "<div class=\"formula\"><code>\(HTML.escaped(verdict.form.measure.text))</code></div>"
    if !check.note.isEmpty { about += "<div class=\"note\">\(HTML.escaped(check.note))</div>" }
    for reason in [verdict.reason, verdict.disproofText].compactMap(\.self) {
      about += "<div class=\"reason\">\(HTML.escaped(reason))</div>"
    }
    let record = hasRecords ? cell("Recorded", recorded[check.id] ?? "", "number") : ""
    return """
      <tr><td>\(HTML.escaped(check.id))</td><td>\(about)</td>\
      \(cell("Source", check.source.rawValue))\
      \(cell("Expected", verdict.expectedText, "number"))\
      \(cell("Measured", verdict.measuredText, "number"))\
      \(cell("Tolerance", verdict.toleranceText))\(record)\
      \(cell("Holds", verdict.holdsText, verdict.holds ? "holds" : "fails"))</tr>
      """
  }

  /// Its column's title stands before it where a narrow screen shows cells below each other.
  private func cell(_ title: String, _ text: String, _ kind: String = "") -> String {
    let kind = kind.isEmpty ? "" : " class=\"\(kind)\""
    return "<td\(kind) data-title=\"\(title)\">\(HTML.escaped(text))</td>"
  }
}
