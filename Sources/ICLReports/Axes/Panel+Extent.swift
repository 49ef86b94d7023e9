extension Panel {
  /// What the marks need of the horizontal axis.
  var xExtent: Extent {
    marks.reduce(into: Extent()) { $0.merge($1.xExtent(x.scale)) }
  }

  var yExtent: Extent {
    marks.reduce(into: Extent()) { $0.merge($1.yExtent(y.scale)) }
  }

  /// Lines reach the ends of the axis; points and bars keep away from them.
  var xMargin: Double {
    marks.contains { if case .points = $0 { true } else { false } } ? 0.04 : 0
  }
}

extension Mark {
  fileprivate func xExtent(_ scale: Axis.Scale) -> Extent {
    var extent = Extent()
    switch self {
    case .line(let line): line.x.forEach { extent.include($0, on: scale) }
    case .points(let points): points.x.forEach { extent.include($0, on: scale) }
    case .bars(let bars):
      for place in bars.x {
        extent.include(place - 0.5, on: scale)
        extent.include(place + 0.5, on: scale)
      }
    case .heatMap(let map): extent = Extent(cells: map.columns, first: map.firstColumn)
    case .reference(let line):
      if line.direction == .vertical { extent.include(line.value, on: scale) }
    }
    return extent
  }

  fileprivate func yExtent(_ scale: Axis.Scale) -> Extent {
    var extent = Extent()
    switch self {
    case .line(let line): extent.include(line.y, line.standardErrors, on: scale)
    case .points(let points): extent.include(points.y, points.standardErrors, on: scale)
    case .bars(let bars):
      extent.include(bars.y, bars.standardErrors, on: scale)
      extent.hasBase = true
    case .heatMap(let map): extent = Extent(cells: map.rows, first: map.firstRow)
    case .reference(let line):
      if line.direction == .horizontal { extent.include(line.value, on: scale) }
    }
    return extent
  }
}

extension Extent {
  fileprivate init(cells: Int, first: Int) {
    low = Double(first) - 0.5
    high = Double(first + cells) - 0.5
    isTight = true
  }

  fileprivate mutating func include(
    _ values: [Double], _ errors: [Double]?, on scale: Axis.Scale
  ) {
    for (index, value) in values.enumerated() {
      include(value, on: scale)
      guard let errors, index < errors.count, errors[index].isFinite else { continue }
      include(value + errors[index], on: scale)
      // A band that reaches below zero must not stretch a logarithmic axis without end.
      if scale != .logarithmic || errors[index] < 0.9 * value {
        include(value - errors[index], on: scale)
      }
    }
  }
}
