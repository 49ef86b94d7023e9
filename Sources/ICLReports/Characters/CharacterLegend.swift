/// What the letters and dashes of a plot of characters mean.
struct CharacterLegend {
  private let styles: SeriesStyles
  private let isColoured: Bool

  init(_ styles: SeriesStyles, isColoured: Bool) {
    self.styles = styles
    self.isColoured = isColoured
  }

  func lines(width: Int) -> [String] {
    guard styles.entries.count > 1 else { return [] }
    var lines: [String] = []
    var used = 0
    for entry in styles.entries {
      let sample =
        switch entry.sample {
        case .theory: "╌╌"
        case .reference: "··"
        case .line, .band: "──"
        default: entry.style.index.map { String(Self.letter($0)) } ?? "─"
        }
      let label = RichText(entry.label).plain
      let length = sample.count + label.count + 4
      let text = "\(TerminalInk.painted(sample, isColoured ? entry.style.index : nil)) \(label)   "
      if lines.isEmpty || used + length > width {
        lines.append("  ")
        used = 2
      }
      lines[lines.count - 1] += text
      used += length
    }
    return lines
  }

  static func letter(_ index: Int) -> Character {
    Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index % 26)))
  }
}
