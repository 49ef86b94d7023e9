extension PanelDrawing {
  func draw(_ line: Line, into xml: inout XMLText) {
    let style = styles.style(line.name, line.colour, kind: line.kind)
    let all = zip(line.x, line.y).map { (x: $0, y: $1) }
    let kept = Decimation.kept(
      all.map { place.x.position($0.x) }, all.map(\.y), limit: carriesData ? 1000 : 2000)
    openSeries(line.name, line.kind, style, into: &xml)
    if let errors = line.standardErrors {
      let edges = kept.filter { $0 < errors.count }.map {
        (x: all[$0].x, low: all[$0].y - errors[$0], high: all[$0].y + errors[$0])
      }
      xml.leaf(
        "path",
        [
          "class": "icl-band", "d": bandPath(edges), "fill": "currentColor",
          "fill-opacity": "0.18", "data-x": data(edges.map(\.x)),
          "data-low": data(edges.map(\.low)), "data-high": data(edges.map(\.high)),
        ])
    }
    let dash =
      switch line.kind {
      case .measured: style.dash
      case .theory: Palette.theoryDash
      case .reference: Palette.referenceDash
      }
    xml.leaf(
      "path",
      [
        "class": "icl-line", "d": linePath(kept.map { all[$0] }), "fill": "none",
        "stroke": "currentColor", "stroke-width": Numeral.coordinate(line.width),
        "stroke-dasharray": dash, "stroke-linejoin": "round",
        "stroke-linecap": line.kind == .reference ? "round" : nil,
        "data-x": data(kept.map { all[$0].x }), "data-y": data(kept.map { all[$0].y }),
        "data-error": line.standardErrors.map { errors in
          kept.map { $0 < errors.count ? errors[$0] : .nan }
        }.flatMap(data),
      ])
    xml.close()
  }

  /// A few markers along a line, at other places for each line.
  func drawMarkers(_ line: Line, into xml: inout XMLText) {
    guard line.colour == .automatic else { return }
    let style = styles.style(line.name, line.colour)
    let shown = Self.spaced(
      line.x.map { place.x.position($0) }, in: place.area.left...place.area.right,
      offset: style.index ?? 0
    ).filter { place.x.contains(line.x[$0]) && place.y.contains(line.y[$0]) }
    drawMarkers(line.name, style, shown.map { (x: line.x[$0], y: line.y[$0]) }, into: &xml)
  }

  /// All points where they are few; otherwise those nearest to eight evenly spaced places.
  static func spaced(
    _ positions: [Double], in range: ClosedRange<Double>, offset: Int
  ) -> [Int] {
    guard positions.count > 24 else { return Array(positions.indices) }
    let gap = (range.upperBound - range.lowerBound) / 8
    var target = range.lowerBound + gap * (0.3 + Double(offset % 4) * 0.2)
    var shown: [Int] = []
    for (index, position) in positions.enumerated() where position >= target {
      shown.append(index)
      while target <= position { target += gap }
    }
    return shown
  }

  func openSeries(
    _ name: String, _ kind: Line.Kind, _ style: SeriesStyle, into xml: inout XMLText
  ) {
    xml.open(
      "g",
      [
        "class": "icl-series" + (style.cssClass.map { " \($0)" } ?? ""),
        "color": style.colour == "inherit" ? nil : style.colour, "data-series": name,
        "data-kind": kind == .measured ? nil : kind == .theory ? "theory" : "reference",
      ])
  }

  func linePath(_ points: [(x: Double, y: Double)]) -> String {
    var path = ""
    var isDown = false
    for point in points {
      let x = place.x.position(point.x)
      let y = place.y.position(point.y)
      guard x.isFinite, y.isFinite else {
        isDown = false
        continue
      }
      path += (isDown ? "L" : "M") + Self.pair(x, near(y))
      isDown = true
    }
    return path
  }

  private func bandPath(_ edges: [(x: Double, low: Double, high: Double)]) -> String {
    var path = ""
    var run: [(x: Double, low: Double, high: Double)] = []
    func finish() -> String {
      guard run.count > 1 else { return "" }
      let top = run.map { Self.pair($0.x, $0.high) }
      let bottom = run.reversed().map { Self.pair($0.x, $0.low) }
      return "M" + (top + bottom).joined(separator: "L") + "Z"
    }
    for edge in edges {
      let x = place.x.position(edge.x)
      let high = place.y.position(edge.high)
      let low = place.y.position(edge.low)
      if x.isFinite && high.isFinite {
        // A lower edge that the scale cannot show is the axis.
        run.append((x, low.isFinite ? near(low) : place.y.start, near(high)))
      } else {
        path += finish()
        run = []
      }
    }
    return path + finish()
  }

  /// Far outside the picture coordinates mean nothing, and some programs cannot read them.
  private func near(_ y: Double) -> Double {
    min(max(y, place.area.top - 2000), place.area.bottom + 2000)
  }

  static func pair(_ x: Double, _ y: Double) -> String {
    "\(Numeral.coordinate(x)),\(Numeral.coordinate(y))"
  }

  /// Values for scripts, with six digits; nil in a figure that stands alone.
  func data(_ values: [Double]) -> String? {
    guard carriesData else { return nil }
    return values.map { $0.isFinite ? Numeral.value($0, digits: 6) : "NaN" }
      .joined(separator: " ")
  }
}
