extension PanelDrawing {
  func drawGrid(into xml: inout XMLText) {
    xml.open("g", ["class": "icl-grid"])
    for tick in place.yTicks.major {
      let y = place.y.position(tick.value)
      xml.segment(place.area.left, y, place.area.right, y, opacity: 0.1)
    }
    xml.close()
  }

  func drawAxes(into xml: inout XMLText) {
    let area = place.area
    xml.open("g", ["class": "icl-x-axis"])
    xml.segment(area.left, area.bottom, area.right, area.bottom)
    for value in place.xTicks.minor {
      let x = place.x.position(value)
      xml.segment(x, area.bottom, x, area.bottom + 2.5)
    }
    for tick in place.xTicks.major {
      let x = place.x.position(tick.value)
      xml.segment(x, area.bottom, x, area.bottom + 5)
      guard place.showsXTicks else { continue }
      xml.label(
        tick.label, x: x, y: area.bottom + 17, size: FigureStyle.tickSize, anchor: .middle)
    }
    xml.close()
    if place.showsXLabel, !panel.x.label.isEmpty {
      xml.label(
        panel.x.label, x: area.left + area.width / 2,
        y: area.bottom + (place.showsXTicks ? 34 : 18), size: FigureStyle.labelSize,
        anchor: .middle)
    }
    xml.open("g", ["class": "icl-y-axis"])
    xml.segment(area.left, area.top, area.left, area.bottom)
    for value in place.yTicks.minor {
      let y = place.y.position(value)
      xml.segment(area.left - 2.5, y, area.left, y)
    }
    for tick in place.yTicks.major {
      let y = place.y.position(tick.value)
      xml.segment(area.left - 5, y, area.left, y)
      guard place.showsYTicks else { continue }
      xml.label(tick.label, x: area.left - 8, y: y + 4, size: FigureStyle.tickSize, anchor: .end)
    }
    xml.close()
    if place.showsYLabel, !panel.y.label.isEmpty {
      xml.label(
        panel.y.label, x: area.left - place.yLabelOffset, y: area.top + area.height / 2,
        size: FigureStyle.labelSize, anchor: .middle, isTurned: true)
    }
  }
}
