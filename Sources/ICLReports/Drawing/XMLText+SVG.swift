extension XMLText {
  enum Anchor: String { case start, middle, end }

  /// A text whose baseline is at y, with raised and lowered parts as spans.
  mutating func label(
    _ text: String, x: Double, y: Double, size: Double, anchor: Anchor = .start,
    weight: String? = nil, kind: String? = nil, isTurned: Bool = false, fill: String? = nil
  ) {
    let rich = RichText(text)
    var content = ""
    var height = 0.0
    for run in rich.runs {
      let wanted =
        switch run.height {
        case .normal: 0.0
        case .raised: -0.38 * size
        case .lowered: 0.22 * size
        }
      let escaped = Self.escaped(run.text)
      if wanted == 0 && height == 0 {
        content += escaped
      } else {
        let shift = Numeral.coordinate(wanted - height)
        let small =
          wanted == 0 ? "" : " font-size=\"\(Numeral.coordinate(size * RichText.smallSize))\""
        content += "<tspan dy=\"\(shift)\"\(small)>\(escaped)</tspan>"
      }
      height = wanted
    }
    let place = (Numeral.coordinate(x), Numeral.coordinate(y))
    leaf(
      "text",
      [
        "class": kind, "x": place.0, "y": place.1,
        "font-size": size == FigureStyle.labelSize ? nil : Numeral.coordinate(size),
        "font-weight": weight, "text-anchor": anchor == .start ? nil : anchor.rawValue,
        "fill": fill ?? "currentColor",
        "transform": isTurned ? "rotate(-90 \(place.0) \(place.1))" : nil,
      ], markup: content)
  }

  mutating func segment(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, width: Double = 1,
    opacity: Double? = nil, dash: String? = nil, kind: String? = nil
  ) {
    leaf(
      "path",
      [
        "class": kind, "fill": "none",
        "d":
          "M\(Numeral.coordinate(x1)),\(Numeral.coordinate(y1))L\(Numeral.coordinate(x2)),\(Numeral.coordinate(y2))",
        "stroke": "currentColor", "stroke-width": width == 1 ? nil : Numeral.coordinate(width),
        "stroke-opacity": opacity.map(Numeral.coordinate), "stroke-dasharray": dash,
      ])
  }
}
