/// Draws one panel: grid, marks, axes, labels, from the back to the front.
struct PanelDrawing {
  let panel: Panel
  let place: FigureLayout.Place
  let styles: SeriesStyles
  /// Marks carry their values, and panels their scales, for scripts.
  let carriesData: Bool

  private var area: Box { place.area }

  func draw(into xml: inout XMLText) {
    let limits = (place.x.limits, place.y.limits)
    xml.open(
      "g",
      carriesData && !hasCells
        ? [
          "class": "icl-panel", "data-x-scale": place.x.scale.word,
          "data-x-limits": "\(limits.0.lowerBound) \(limits.0.upperBound)",
          "data-y-scale": place.y.scale.word,
          "data-y-limits": "\(limits.1.lowerBound) \(limits.1.upperBound)",
          "data-x-label": RichText(panel.x.label).plain, "data-area": areaText,
        ] : ["class": "icl-panel"])
    if !panel.title.isEmpty {
      xml.label(
        panel.title, x: area.left, y: area.top - (panel.hasVerticalLabels ? 23 : 9),
        size: FigureStyle.panelTitleSize, weight: "bold")
    }
    if !hasCells { drawGrid(into: &xml) }
    drawMarks(into: &xml)
    drawAxes(into: &xml)
    xml.close()
  }

  private var areaText: String {
    [area.left, area.top, area.width, area.height].map(Numeral.coordinate).joined(separator: " ")
  }

  var hasCells: Bool {
    panel.marks.contains { if case .heatMap = $0 { true } else { false } }
  }

  /// What lies outside the axes is cut off, by a picture inside the picture: it needs no names.
  private func drawMarks(into xml: inout XMLText) {
    xml.open(
      "svg",
      [
        "class": "icl-area", "x": Numeral.coordinate(area.left),
        "y": Numeral.coordinate(area.top), "width": Numeral.coordinate(area.width),
        "height": Numeral.coordinate(area.height), "viewBox": areaText, "overflow": "hidden",
      ])
    let bars = panel.marks.compactMap { if case .bars(let bars) = $0 { bars } else { nil } }
    var bar = 0
    for mark in panel.marks {
      switch mark {
      case .heatMap(let map): draw(map, into: &xml)
      case .bars(let own):
        draw(own, bar, of: bars.count, into: &xml)
        bar += 1
      case .reference(let line): draw(line, into: &xml)
      case .line(let line): draw(line, into: &xml)
      case .points: break
      }
    }
    xml.close()
    // Markers at the ends stay whole.
    for mark in panel.marks {
      switch mark {
      case .points(let points): draw(points, into: &xml)
      // One point is no line; without a marker nothing would be seen of it.
      case .line(let line)
      where line.kind == .measured && styles.marksLines || line.x.count == 1:
        drawMarkers(line, into: &xml)
      default: break
      }
    }
    drawReferenceLabels(into: &xml)
    for case .heatMap(let map) in panel.marks { ColourBar(map, area).draw(into: &xml) }
  }
}
