/// Curves and points between axes of characters.
struct CharacterPlot {
  private let panel: Panel
  private let styles: SeriesStyles
  private let isColoured: Bool
  private var canvas: DotCanvas
  private let x: Ruler
  private let y: Ruler
  private let xTicks: [Axis.Tick]
  private let yTicks: [Axis.Tick]
  private let labelWidth: Int

  init(_ panel: Panel, _ styles: SeriesStyles, width: Int, height: Int, isColoured: Bool) {
    self.panel = panel
    self.styles = styles
    self.isColoured = isColoured
    let rows = max(height - 3, 3)
    let xLimits = panel.x.resolvedLimits(panel.xExtent, margin: panel.xMargin)
    let yLimits = panel.y.resolvedLimits(panel.yExtent, margin: 0.03)
    yTicks = panel.y.resolvedTicks(yLimits, count: max(rows / 3, 2)).major
    labelWidth = yTicks.map { RichText($0.label).plain.count }.max() ?? 0
    canvas = DotCanvas(columns: max(width - labelWidth - 3, 8), rows: rows)
    xTicks = panel.x.resolvedTicks(xLimits, count: max(canvas.columns / 14, 2)).major
    x = Ruler(panel.x, xLimits, from: 0, to: Double(canvas.width - 1))
    y = Ruler(panel.y, yLimits, from: Double(canvas.height - 1), to: 0)
    for mark in panel.marks { draw(mark) }
    for mark in panel.marks { drawLetters(mark) }
  }

  var lines: [String] {
    var lines: [String] = []
    var ticks: [Int: String] = [:]
    for tick in yTicks {
      ticks[Int(y.position(tick.value).rounded()) / 4] = RichText(tick.label).plain
    }
    if !panel.y.label.isEmpty { lines.append(RichText(panel.y.label).plain) }
    for row in 0..<canvas.rows {
      let label = ticks[row]
      lines.append(
        padded(label ?? "", labelWidth) + (label == nil ? " │" : " ┤")
          + canvas.line(row, isColoured: isColoured))
    }
    return lines + axis
  }

  private var axis: [String] {
    var rule = Array(repeating: Character("─"), count: canvas.columns)
    var labels = Array(repeating: Character(" "), count: canvas.columns + labelWidth + 2)
    var free = 0
    for tick in xTicks {
      let column = min(max(Int(x.position(tick.value).rounded()) / 2, 0), canvas.columns - 1)
      rule[column] = "┬"
      let text = Array(RichText(tick.label).plain)
      let start = min(
        max(column + labelWidth + 2 - text.count / 2, 0), labels.count - text.count)
      guard start >= free else { continue }
      for (offset, character) in text.enumerated() { labels[start + offset] = character }
      free = start + text.count + 1
    }
    let name = RichText(panel.x.label).plain
    let indent = labelWidth + 2 + max((canvas.columns - name.count) / 2, 0)
    var result = [padded("", labelWidth) + " └" + String(rule), String(labels)]
    if !name.isEmpty { result.append(padded("", indent) + name) }
    return result
  }

  private mutating func draw(_ mark: Mark) {
    switch mark {
    case .line(let line):
      let ink = styles.style(line.name, line.colour, kind: line.kind).index
      var last: (x: Double, y: Double)?
      for (px, py) in zip(line.x, line.y) {
        let point = (x: x.position(px), y: y.position(py))
        guard point.x.isFinite, point.y.isFinite, abs(point.y) < 1e6, abs(point.x) < 1e6 else {
          last = nil
          continue
        }
        canvas.segment(last ?? point, point, ink: ink) { dot in
          switch line.kind {
          case .measured: true
          case .theory: (dot % 8 + 8) % 8 < 4
          case .reference: dot % 3 == 0
          }
        }
        last = point
      }
    case .reference(let line):
      let isFlat = line.direction == .horizontal
      let place = isFlat ? y.position(line.value) : x.position(line.value)
      guard place.isFinite, abs(place) < 1e6 else { return }
      for dot in 0..<(isFlat ? canvas.width : canvas.height) where dot % 4 == 0 {
        canvas.set(
          isFlat ? dot : Int(place.rounded()), isFlat ? Int(place.rounded()) : dot, ink: nil)
      }
    case .points, .bars, .heatMap: break
    }
  }

  private mutating func drawLetters(_ mark: Mark) {
    switch mark {
    case .points(let points):
      let style = styles.style(points.name, points.colour)
      put(points.x, points.y, style, styles.entries.count > 1 ? nil : "●", Array(points.x.indices))
    case .line(let line) where line.kind == .measured && styles.marksLines:
      let style = styles.style(line.name, line.colour)
      guard style.index != nil else { return }
      let shown = PanelDrawing.spaced(
        line.x.map { x.position($0) }, in: 0...Double(canvas.width), offset: style.index ?? 0)
      put(line.x, line.y, style, nil, shown)
    default: break
    }
  }

  private mutating func put(
    _ xs: [Double], _ ys: [Double], _ style: SeriesStyle, _ letter: Character?, _ shown: [Int]
  ) {
    for index in shown where index < ys.count {
      let point = (x: x.position(xs[index]), y: y.position(ys[index]))
      guard point.x.isFinite, point.y.isFinite, abs(point.x) < 1e6, abs(point.y) < 1e6 else {
        continue
      }
      canvas.put(
        letter ?? CharacterLegend.letter(style.index ?? 0), atDot: Int(point.x.rounded()),
        Int(point.y.rounded()), ink: style.index)
    }
  }
}
