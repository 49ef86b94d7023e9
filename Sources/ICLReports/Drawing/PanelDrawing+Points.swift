extension PanelDrawing {
  func draw(_ points: Points, into xml: inout XMLText) {
    let style = styles.style(points.name, points.colour)
    let shown = zip(points.x, points.y).enumerated().filter {
      place.x.contains($0.element.0) && place.y.contains($0.element.1)
    }.map { (index: $0.offset, x: $0.element.0, y: $0.element.1) }
    if let errors = points.standardErrors {
      openSeries(points.name, .measured, style, into: &xml)
      drawErrors(
        shown.filter { $0.index < errors.count }.map { ($0.x, $0.y, errors[$0.index]) },
        into: &xml)
      xml.close()
    }
    drawMarkers(
      points.name, style, shown.map { (x: $0.x, y: $0.y) },
      errors: points.standardErrors.map { errors in
        shown.map { $0.index < errors.count ? errors[$0.index] : .nan }
      }, isReadable: true, into: &xml)
  }

  /// One path for all markers of a series.
  func drawMarkers(
    _ name: String, _ style: SeriesStyle, _ points: [(x: Double, y: Double)],
    errors: [Double]? = nil, isReadable: Bool = false, into xml: inout XMLText
  ) {
    let path = points.map {
      "M" + Self.pair(place.x.position($0.x), place.y.position($0.y)) + style.marker
    }
    guard !path.isEmpty else { return }
    openSeries(name, .measured, style, into: &xml)
    xml.leaf(
      "path",
      [
        "class": isReadable ? "icl-points" : "icl-markers", "d": path.joined(),
        "fill": "currentColor", "data-x": data(points.map(\.x)), "data-y": data(points.map(\.y)),
        "data-error": errors.flatMap(data), "data-marker": carriesData ? style.marker : nil,
      ])
    xml.close()
  }

  /// Bars of one standard error to each side.
  func drawErrors(_ points: [(x: Double, y: Double, error: Double)], into xml: inout XMLText) {
    let path = points.map { point -> String in
      let x = place.x.position(point.x)
      let low = place.y.position(point.y - point.error)
      let high = place.y.position(point.y + point.error)
      guard x.isFinite, high.isFinite else { return "" }
      let bottom = Numeral.coordinate(low.isFinite ? low : place.y.start)
      return "M\(Self.pair(x, high))V\(bottom)"
    }
    xml.leaf(
      "path",
      [
        "class": "icl-errors", "d": path.joined(), "fill": "none", "stroke": "currentColor",
        "stroke-width": "1.25", "data-x": data(points.map(\.x)),
        "data-low": data(points.map { $0.y - $0.error }),
        "data-high": data(points.map { $0.y + $0.error }),
      ])
  }

  func draw(_ bars: Bars, _ index: Int, of count: Int, into xml: inout XMLText) {
    let style = styles.style(bars.name, bars.colour)
    let width = 0.76 / Double(count)
    let zero = place.y.position(place.y.scale == .logarithmic ? place.y.limits.lowerBound : 0)
    var centres: [(x: Double, y: Double, error: Double)] = []
    openSeries(bars.name, .measured, style, into: &xml)
    for (number, value) in bars.y.enumerated() where number < bars.x.count {
      let left = bars.x[number] - 0.38 + width * Double(index)
      let from = place.x.position(left)
      let to = place.x.position(left + width)
      let end = place.y.position(value)
      guard from.isFinite, end.isFinite else { continue }
      xml.leaf(
        "rect",
        [
          "x": Numeral.coordinate(from + 0.5), "y": Numeral.coordinate(min(zero, end)),
          "width": Numeral.coordinate(max(to - from - 1, 0.5)),
          "height": Numeral.coordinate(abs(zero - end)), "fill": "currentColor",
          "fill-opacity": "0.85",
        ])
      if let errors = bars.standardErrors, number < errors.count {
        centres.append((left + width / 2, value, errors[number]))
      }
    }
    xml.close()
    guard !centres.isEmpty else { return }
    xml.open("g", ["class": "icl-series", "data-series": bars.name])
    drawErrors(centres, into: &xml)
    xml.close()
  }
}
