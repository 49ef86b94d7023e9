extension Figure {
  /// A complete SVG document: text as text, light colours, dark ones on a dark page.
  ///
  /// The same figure gives the same bytes on every machine.
  public func svg() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup(isStandalone: true, carriesData: false)
  }

  /// The element for a page that holds `FigureStyle.sheet`, with the data that scripts read.
  func pageMarkup() -> String { markup(isStandalone: false, carriesData: true) }

  private func markup(isStandalone: Bool, carriesData: Bool) -> String {
    let styles = SeriesStyles(self)
    let layout = FigureLayout(self, styles)
    var xml = XMLText()
    let width = Numeral.coordinate(layout.width)
    let height = Numeral.coordinate(layout.height)
    xml.open(
      "svg",
      [
        "xmlns": isStandalone ? "http://www.w3.org/2000/svg" : nil, "class": "icl-figure",
        "width": width, "height": height, "viewBox": "0 0 \(width) \(height)",
        "role": "img", "aria-label": accessibleName, "color": Palette.ink.text,
        "font-family": FigureStyle.fonts, "font-size": "\(Int(FigureStyle.labelSize))",
      ])
    if isStandalone {
      if !title.isEmpty { xml.leaf("title", [:], RichText(title).plain) }
      xml.leaf("style", [:], markup: "\n" + FigureStyle.sheet)
    }
    if !summary.isEmpty { xml.leaf("desc", [:], summary) }
    xml.leaf(
      "rect",
      [
        "class": "icl-paper", "width": width, "height": height, "fill": Palette.paper.text,
      ])
    if !title.isEmpty {
      xml.label(
        title, x: layout.titleLeft, y: 22, size: FigureStyle.titleSize, weight: "bold",
        kind: "icl-title")
    }
    for (panel, place) in zip(panels, layout.places) {
      PanelDrawing(panel: panel, place: place, styles: styles, carriesData: carriesData)
        .draw(into: &xml)
    }
    layout.legend?.draw(into: &xml)
    xml.close()
    return xml.text
  }

  private var accessibleName: String {
    let titles = [title] + panels.map(\.title)
    let name = titles.filter { !$0.isEmpty }.map { RichText($0).plain }.joined(separator: ": ")
    return name.isEmpty ? "figure" : name
  }
}
