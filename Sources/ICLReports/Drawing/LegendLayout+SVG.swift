extension LegendLayout {
  func draw(into xml: inout XMLText) {
    xml.open("g", ["class": "icl-legend"])
    for item in items {
      let entry = item.entry
      xml.open(
        "g",
        [
          "class": "icl-entry", "data-series": entry.label,
          "data-kind": entry.sample == .theory ? "theory" : nil,
        ])
      xml.open(
        "g",
        [
          "class": entry.style.cssClass,
          "color": entry.style.colour == "inherit" ? nil : entry.style.colour,
        ])
      drawSample(item, into: &xml)
      xml.close()
      xml.label(
        entry.label, x: item.left + Self.sampleWidth + 6, y: item.middle + 4,
        size: FigureStyle.labelSize)
      xml.close()
    }
    xml.close()
  }

  private func drawSample(_ item: Item, into xml: inout XMLText) {
    let (left, y) = (item.left, item.middle)
    let right = left + Self.sampleWidth
    let style = item.entry.style
    func line(_ dash: String?) { xml.segment(left, y, right, y, width: 1.75, dash: dash) }
    func rectangle(_ height: Double, _ opacity: String) {
      xml.leaf(
        "rect",
        [
          "x": Numeral.coordinate(left), "y": Numeral.coordinate(y - height / 2),
          "width": Numeral.coordinate(Self.sampleWidth), "height": Numeral.coordinate(height),
          "fill": "currentColor", "fill-opacity": opacity,
        ])
    }
    func marker() {
      xml.leaf(
        "path",
        [
          "d": "M" + PanelDrawing.pair((left + right) / 2, y) + style.marker,
          "fill": "currentColor",
        ])
    }
    switch item.entry.sample {
    case .line: line(style.dash)
    case .band:
      rectangle(10, "0.18")
      line(style.dash)
    case .markedLine:
      line(style.dash)
      marker()
    case .marker: marker()
    case .bar: rectangle(10, "0.85")
    case .theory: line(Palette.theoryDash)
    case .reference: line(Palette.referenceDash)
    }
  }
}
