/// The scale of a matrix's colours, right of its panel.
struct ColourBar {
  let limits: ClosedRange<Double>
  let ticks: [Axis.Tick]
  let label: String
  let isDiverging: Bool
  let bar: Box

  init(_ map: HeatMap, _ area: Box) {
    let finite = map.values.filter(\.isFinite)
    var low = map.limits?.lowerBound ?? finite.min() ?? 0
    var high = map.limits?.upperBound ?? finite.max() ?? 1
    isDiverging = map.colours == .diverging
    if isDiverging, map.limits == nil {
      high = max(abs(low), abs(high))
      low = -high
    }
    if !(high > low) { (low, high) = (low - 0.5, low + 0.5) }
    limits = low...high
    label = map.label
    bar = Box(left: area.right + 14, top: area.top, width: 11, height: area.height)
    // One number alone is no scale.
    var count = max(2, Int(area.height / 40))
    var ticks = Axis("").resolvedTicks(limits, count: count).major
    while ticks.count < 3, count < 10 {
      count += 1
      ticks = Axis("").resolvedTicks(limits, count: count).major
    }
    self.ticks = ticks
  }

  /// From the panel's edge to the end of its texts.
  var width: Double {
    let texts = ticks.map { RichText($0.label).width(FigureStyle.tickSize) }.max() ?? 0
    return 14 + bar.width + 7 + texts + (label.isEmpty ? 0 : 20)
  }

  func colour(of value: Double) -> Colour {
    let place = (value - limits.lowerBound) / (limits.upperBound - limits.lowerBound)
    return Palette.colour(
      of: isDiverging ? Palette.diverging : Palette.sequential, at: place)
  }

  func position(_ value: Double) -> Double {
    bar.bottom - (value - limits.lowerBound) / (limits.upperBound - limits.lowerBound) * bar.height
  }
}
