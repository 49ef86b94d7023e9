extension PanelDrawing {
  func draw(_ line: Reference, into xml: inout XMLText) {
    let area = place.area
    let data = carriesData ? "\(line.value)" : nil
    switch line.direction {
    case .horizontal:
      let y = place.y.position(line.value)
      guard y.isFinite else { return }
      xml.open("g", ["class": "icl-reference", "data-y": data])
      xml.segment(area.left, y, area.right, y, opacity: 0.65, dash: "2 3")
    case .vertical:
      let x = place.x.position(line.value)
      guard x.isFinite else { return }
      xml.open("g", ["class": "icl-reference", "data-x": data])
      xml.segment(x, area.top, x, area.bottom, opacity: 0.65, dash: "2 3")
    }
    xml.close()
  }

  /// Outside the axes, and apart from each other.
  func drawReferenceLabels(into xml: inout XMLText) {
    var horizontal: [(place: Double, label: String)] = []
    var vertical: [(place: Double, label: String)] = []
    for case .reference(let line) in panel.marks where !line.label.isEmpty {
      switch line.direction {
      case .horizontal where place.y.contains(line.value):
        horizontal.append((place.y.position(line.value), line.label))
      case .vertical where place.x.contains(line.value):
        vertical.append((place.x.position(line.value), line.label))
      default: break
      }
    }
    horizontal.sort { $0.place < $1.place }
    let heights = Self.apart(horizontal.map(\.place), by: 12, within: place.area)
    for (item, y) in zip(horizontal, heights) {
      xml.label(
        item.label, x: place.area.right + 6, y: y + 4, size: FigureStyle.tickSize,
        kind: "icl-reference-label")
    }
    vertical.sort { $0.place < $1.place }
    var free = -Double.infinity
    for item in vertical {
      let half = RichText(item.label).width(FigureStyle.tickSize) / 2
      let x = max(item.place, free + half + 5)
      xml.label(
        item.label, x: x, y: place.area.top - 6, size: FigureStyle.tickSize, anchor: .middle,
        kind: "icl-reference-label")
      free = x + half
    }
  }

  /// Moves sorted heights as little as needed, so that lines of text do not touch.
  static func apart(_ heights: [Double], by gap: Double, within area: Box) -> [Double] {
    var result = heights
    for index in result.indices.dropFirst() {
      result[index] = max(result[index], result[index - 1] + gap)
    }
    var ceiling = area.bottom + gap / 2
    for index in result.indices.reversed() {
      result[index] = min(result[index], ceiling)
      ceiling = result[index] - gap
    }
    return result
  }
}
