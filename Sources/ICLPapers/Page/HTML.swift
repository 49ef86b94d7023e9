import ICLReports

/// Text as it stands in a page.
enum HTML {
  static func escaped(_ text: String) -> String { XMLText.escaped(text) }

  /// Paragraphs, which stand apart by empty lines.
  static func paragraphs(_ text: String) -> String {
    var paragraphs: [String] = []
    var lines: [Substring] = []
    for line in "\(text)\n".split(separator: "\n", omittingEmptySubsequences: false) {
      if line.allSatisfy(\.isWhitespace) {
        if !lines.isEmpty { paragraphs.append(lines.joined(separator: "\n")) }
        lines = []
      } else {
        lines.append(line)
      }
    }
    return paragraphs.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n")
  }

  /// A picture inside a page: without the declaration that only files have.
  static func inlined(svg: String) -> String {
    guard svg.hasPrefix("<?xml"), let end = svg.firstIndex(of: "\n") else { return svg }
    return String(svg[svg.index(after: end)...])
  }

  static let style = """
    :root { color-scheme: light dark; }
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #8884; }
    td.number { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
    .holds { color: #1a7f37; font-weight: 600; } .fails { color: #c5221f; font-weight: 600; }
    @media (prefers-color-scheme: dark) { .holds { color: #4ac26b; } .fails { color: #ff7b72; } }
    .reason, .note, .formula { font-size: .85rem; opacity: .8; }
    figure { margin: 1rem 0; overflow-x: auto; }
    figure svg { width: min(100%, 52rem); min-width: 34rem; height: auto; }
    .seen { border-left: 4px solid #8886; padding: .2rem 1rem; }
    @media (max-width: 44rem) {
      table, tbody, tr, td { display: block; } tr.titles { display: none; }
      td { border: 0; padding: .1rem 0; } tr { border-bottom: 1px solid #8884; padding: .6rem 0; }
      td:empty { display: none; } td:first-child { font-weight: 600; }
      td[data-title]::before { content: attr(data-title) ": "; font: .85rem system-ui, sans-serif; opacity: .8; }
    }
    """
}
