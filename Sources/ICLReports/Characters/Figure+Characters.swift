extension Figure {
  /// The figure for a terminal: curves as dots, matrices as shades, bars as blocks; panels stand
  /// below each other.
  ///
  /// Letters tell several curves apart, also without colours; theory is dashed.
  public func characters(width: Int = 80, height: Int = 24, isColoured: Bool = false) -> String {
    let styles = SeriesStyles(self)
    var lines: [String] = []
    if !title.isEmpty { lines.append(RichText(title).plain) }
    let legend = CharacterLegend(styles, isColoured: isColoured).lines(width: width)
    let left = height - lines.count - legend.count
    let each = max(left / max(panels.count, 1), 10)
    for panel in panels {
      if !panel.title.isEmpty { lines.append(RichText(panel.title).plain) }
      lines += panel.characters(
        styles, width: max(width, 20), height: each - (panel.title.isEmpty ? 0 : 1),
        isColoured: isColoured)
    }
    lines += legend
    return lines.map(Self.trimmed).joined(separator: "\n")
  }

  private static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line = line.dropLast() }
    return String(line)
  }
}

extension Panel {
  fileprivate func characters(
    _ styles: SeriesStyles, width: Int, height: Int, isColoured: Bool
  ) -> [String] {
    for case .heatMap(let map) in marks { return map.characters(x.label, y.label, width: width) }
    let bars = marks.compactMap { if case .bars(let bars) = $0 { bars } else { nil } }
    if !bars.isEmpty { return Self.characters(bars, x, styles, width, isColoured) }
    return CharacterPlot(
      self, styles, width: width, height: height, isColoured: isColoured
    ).lines
  }

  private static func characters(
    _ all: [Bars], _ axis: Axis, _ styles: SeriesStyles, _ width: Int, _ isColoured: Bool
  ) -> [String] {
    var places: [Double: String] = [:]
    if case .at(let ticks) = axis.ticks { for tick in ticks { places[tick.value] = tick.label } }
    var rows: [(label: String, value: Double, ink: Int?)] = []
    for place in Set(all.flatMap(\.x)).sorted() {
      for bars in all {
        guard let index = bars.x.firstIndex(of: place), index < bars.y.count else { continue }
        let name = [places[place] ?? Numeral.value(place), all.count > 1 ? bars.name : ""]
        let label = name.filter { !$0.isEmpty }.map { RichText($0).plain }
        rows.append(
          (
            label.joined(separator: " · "), bars.y[index],
            styles.style(bars.name, bars.colour).index
          ))
      }
    }
    let labelWidth = rows.map(\.label.count).max() ?? 0
    let largest = rows.map { abs($0.value) }.filter(\.isFinite).max() ?? 1
    let room = Double(max(width - labelWidth - 14, 8))
    return rows.map { row in
      let size = row.value.isFinite && largest > 0 ? abs(row.value) / largest * room : 0
      let eighths = Int((size * 8).rounded())
      let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
      let bar = TerminalInk.painted(
        String(repeating: "█", count: eighths / 8) + rest, isColoured ? row.ink : nil)
      let gap = String(repeating: " ", count: labelWidth - row.label.count)
      return "\(row.label)\(gap) \(bar) \(Numeral.value(row.value, digits: 4))"
    }
  }
}

extension HeatMap {
  fileprivate func characters(_ xLabel: String, _ yLabel: String, width: Int) -> [String] {
    let bar = ColourBar(self, Box(left: 0, top: 0, width: 1, height: 100))
    let shades: [Character] = ["·", "░", "▒", "▓", "█"]
    let cell = columns * 2 + 8 <= width ? 2 : 1
    let shown = min(columns, (width - 8) / cell)
    var lines: [String] = []
    for row in 0..<rows {
      var line = padded("\(firstRow + row)", 6) + " "
      for column in 0..<shown {
        let value = values[row * columns + column]
        let place =
          (value - bar.limits.lowerBound) / (bar.limits.upperBound - bar.limits.lowerBound)
        let shade: Character =
          value.isFinite ? shades[min(max(Int(place * 5), 0), shades.count - 1)] : " "
        line += String(repeating: shade, count: cell)
      }
      lines.append(line)
    }
    let axes =
      "\(RichText(yLabel).plain) down, \(RichText(xLabel).plain) across"
      + (shown < columns ? " (the first \(shown))" : "")
    lines.append(
      padded("", 7) + axes + "; · \(Numeral.value(bar.limits.lowerBound, digits: 3)) to "
        + "█ \(Numeral.value(bar.limits.upperBound, digits: 3)) \(RichText(label).plain)")
    return lines
  }
}

/// Right-aligned.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(width - text.count, 0)) + text
}
