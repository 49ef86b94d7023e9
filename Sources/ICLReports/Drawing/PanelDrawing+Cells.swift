extension PanelDrawing {
  /// Cells of equal colour beside each other are one rectangle; not-a-number leaves the paper free.
  func draw(_ map: HeatMap, into xml: inout XMLText) {
    let bar = ColourBar(map, place.area)
    xml.open("g", ["class": "icl-cells", "shape-rendering": "crispEdges"])
    for row in 0..<map.rows {
      let edges = [
        place.y.position(Double(map.firstRow + row) - 0.5),
        place.y.position(Double(map.firstRow + row) + 0.5),
      ].sorted()
      var column = 0
      while column < map.columns {
        let value = map.values[row * map.columns + column]
        let start = column
        column += 1
        guard value.isFinite else { continue }
        let colour = bar.colour(of: value)
        while !carriesData, column < map.columns,
          map.values[row * map.columns + column].isFinite,
          bar.colour(of: map.values[row * map.columns + column]) == colour
        {
          column += 1
        }
        let left = place.x.position(Double(map.firstColumn + start) - 0.5)
        let right = place.x.position(Double(map.firstColumn + column) - 0.5)
        let cell: XMLText.Attributes = [
          "x": Numeral.coordinate(min(left, right)), "y": Numeral.coordinate(edges[0]),
          "width": Numeral.coordinate(abs(right - left)),
          "height": Numeral.coordinate(edges[1] - edges[0]), "fill": colour.text,
        ]
        guard carriesData else {
          xml.leaf("rect", cell)
          continue
        }
        let name = "\(map.firstRow + row), \(map.firstColumn + start): \(Numeral.value(value))"
        xml.leaf("rect", cell, markup: "<title>\(name)</title>")
      }
    }
    xml.close()
  }
}

extension ColourBar {
  func draw(into xml: inout XMLText) {
    let steps = 64
    xml.open("g", ["class": "icl-colour-bar", "shape-rendering": "crispEdges"])
    for step in 0..<steps {
      let place = (Double(step) + 0.5) / Double(steps)
      let value = limits.lowerBound + place * (limits.upperBound - limits.lowerBound)
      // Each reaches under the next, so that no paper shows between them.
      let top = bar.bottom - bar.height * Double(step + 1) / Double(steps)
      xml.leaf(
        "rect",
        [
          "x": Numeral.coordinate(bar.left), "y": Numeral.coordinate(top),
          "width": Numeral.coordinate(bar.width),
          "height": Numeral.coordinate(bar.height / Double(steps)),
          "fill": colour(of: value).text,
        ])
    }
    xml.close()
    for tick in ticks {
      let y = position(tick.value)
      xml.segment(bar.right, y, bar.right + 4, y)
      xml.label(tick.label, x: bar.right + 7, y: y + 4, size: FigureStyle.tickSize)
    }
    guard !label.isEmpty else { return }
    let texts = ticks.map { RichText($0.label).width(FigureStyle.tickSize) }.max() ?? 0
    xml.label(
      label, x: bar.right + 7 + texts + 15, y: bar.top + bar.height / 2,
      size: FigureStyle.labelSize, anchor: .middle, isTurned: true)
  }
}
