/// A rectangle in pixels.
struct Box: Hashable {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }
}

/// Where everything of a figure stands.
struct FigureLayout {
  /// One panel: the area between its axes, and what is written around it.
  struct Place {
    var area: Box
    var x: Ruler
    var y: Ruler
    var xTicks: TickList
    var yTicks: TickList
    var showsXTicks = true
    var showsYTicks = true
    var showsXLabel = true
    var showsYLabel = true
    /// From the area's left edge to the middle of the vertical label.
    var yLabelOffset = 0.0
  }

  private(set) var places: [Place] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  private(set) var titleLeft = 12.0
  private(set) var legend: LegendLayout?

  init(_ figure: Figure, _ styles: SeriesStyles) {
    let count = figure.panels.count
    let columns = max(1, min(figure.columns ?? Self.columns(count), max(count, 1)))
    let size = figure.panelSize ?? (count > 1 ? .init(220, 150) : .init(400, 250))
    places = Self.measuredPlaces(figure, columns: columns, size: size)

    let top = figure.title.isEmpty ? 10.0 : 36.0
    var y = top
    var right = 0.0
    let lefts = Self.leftEdges(figure, places, columns)
    for row in stride(from: 0, to: count, by: columns) {
      let indices = row..<min(row + columns, count)
      y += indices.map { Self.spaceAbove(figure.panels[$0]) }.max() ?? 0
      for index in indices { places[index].move(left: lefts[index - row], top: y) }
      y += size.height + (indices.map { places[$0].spaceBelow(figure.panels[$0]) }.max() ?? 0)
    }
    for (index, place) in places.enumerated() {
      right = max(right, place.area.right + Self.spaceRight(figure.panels[index], place))
    }
    titleLeft = min(places.first?.area.left ?? 12, 60)
    let titleWidth = RichText(figure.title).width(FigureStyle.titleSize)
    width = max(right, titleLeft + titleWidth + 12)
    legend = LegendLayout(
      styles.entries, figure.legend, under: y + 4, firstLeft: places.first?.area.left ?? 12,
      beside: right, top: places.first?.area.top ?? top)
    if let legend {
      width = max(width, legend.box.right + 10)
      y = max(y, legend.box.bottom)
    }
    width = width.rounded(.up)
    height = (y + 8).rounded(.up)
  }

  private static func columns(_ count: Int) -> Int { count == 4 ? 2 : min(count, 3) }

  /// Places at the origin, with rulers and ticks.
  private static func measuredPlaces(
    _ figure: Figure, columns: Int, size: Figure.PanelSize
  ) -> [Place] {
    var xExtents = figure.panels.map(\.xExtent)
    var yExtents = figure.panels.map(\.yExtent)
    if figure.sharesX { xExtents = shared(xExtents) }
    if figure.sharesY { yExtents = shared(yExtents) }
    return figure.panels.indices.map { index in
      let panel = figure.panels[index]
      let x = panel.x.resolvedLimits(xExtents[index], margin: panel.xMargin)
      let y = panel.y.resolvedLimits(yExtents[index], margin: 0.05)
      let below = figure.panels.indices.contains(index + columns)
      let first = figure.panels[index - index % columns]
      var place = Place(
        area: Box(left: 0, top: 0, width: size.width, height: size.height),
        x: Ruler(panel.x, x, from: 0, to: size.width),
        y: Ruler(panel.y, y, from: size.height, to: 0),
        xTicks: panel.x.resolvedTicks(x, count: max(2, Int(size.width / 65))),
        yTicks: panel.y.resolvedTicks(y, count: max(2, Int(size.height / 30))))
      place.showsXTicks = !(figure.sharesX && below)
      place.showsXLabel = !(below && figure.panels[index + columns].x.label == panel.x.label)
      place.showsYTicks = !(figure.sharesY && index % columns > 0)
      place.showsYLabel = index % columns == 0 || first.y.label != panel.y.label
      return place
    }
  }

  private static func shared(_ extents: [Extent]) -> [Extent] {
    let all = extents.reduce(into: Extent()) { $0.merge($1) }
    return extents.map { _ in all }
  }

  /// The left edges of the columns' areas; the vertical labels of a column stand in one line.
  private static func leftEdges(
    _ figure: Figure, _ places: [Place], _ columns: Int
  ) -> [Double] {
    var left = 8.0
    return (0..<columns).map { column in
      let indices = stride(from: column, to: places.count, by: columns)
      left += indices.map { places[$0].spaceLeft(figure.panels[$0]) }.max() ?? 0
      let edge = left
      let right = indices.map { spaceRight(figure.panels[$0], places[$0]) }.max() ?? 0
      left += (places.first?.area.width ?? 0) + right
      return edge
    }
  }

  private static func spaceAbove(_ panel: Panel) -> Double {
    (panel.title.isEmpty ? 4 : 21) + (panel.hasVerticalLabels ? 14 : 0)
  }

  /// For half of the last tick's label, labels of horizontal lines, and the colour bar.
  private static func spaceRight(_ panel: Panel, _ place: Place) -> Double {
    let last = place.xTicks.major.last.map { RichText($0.label).width(FigureStyle.tickSize) } ?? 0
    var space = max(12, last / 2 + 4)
    for mark in panel.marks {
      switch mark {
      case .reference(let line) where line.direction == .horizontal && !line.label.isEmpty:
        space = max(space, RichText(line.label).width(FigureStyle.tickSize) + 14)
      case .heatMap(let map): space = max(space, ColourBar(map, place.area).width + 22)
      default: break
      }
    }
    return space
  }
}

extension Ruler {
  init(_ axis: Axis, _ limits: ClosedRange<Double>, from: Double, to: Double) {
    self.init(
      scale: axis.scale, limits: limits, start: axis.isReversed ? to : from,
      end: axis.isReversed ? from : to)
  }

  func moved(_ distance: Double) -> Ruler {
    Ruler(scale: scale, limits: limits, start: start + distance, end: end + distance)
  }
}

extension FigureLayout.Place {
  fileprivate mutating func move(left: Double, top: Double) {
    area.left = left
    area.top = top
    x = x.moved(left)
    y = y.moved(top)
    yLabelOffset = tickWidth + 19
  }

  fileprivate var tickWidth: Double {
    guard showsYTicks else { return 0 }
    return yTicks.major.map { RichText($0.label).width(FigureStyle.tickSize) }.max() ?? 0
  }

  fileprivate func spaceLeft(_ panel: Panel) -> Double {
    tickWidth + 12 + (showsYLabel && !panel.y.label.isEmpty ? 20 : 0)
  }

  fileprivate func spaceBelow(_ panel: Panel) -> Double {
    (showsXTicks ? 20 : 8) + (showsXLabel && !panel.x.label.isEmpty ? 20 : 4)
  }
}

extension Panel {
  var hasVerticalLabels: Bool {
    marks.contains {
      if case .reference(let line) = $0 {
        line.direction == .vertical && !line.label.isEmpty
      } else {
        false
      }
    }
  }
}
