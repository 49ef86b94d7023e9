import Glibc

/// The values that an axis has to show.
struct Extent: Hashable {
  var low = Double.infinity
  var high = -Double.infinity
  /// The ends are exactly the data's: cells, categories.
  var isTight = false
  /// Bars and the like start at zero.
  var hasBase = false

  var isEmpty: Bool { low > high }

  mutating func include(_ value: Double, on scale: Axis.Scale) {
    guard value.isFinite, scale.forward(value).isFinite else { return }
    low = min(low, value)
    high = max(high, value)
  }

  mutating func merge(_ other: Extent) {
    low = min(low, other.low)
    high = max(high, other.high)
    isTight = isTight || other.isTight
    hasBase = hasBase || other.hasBase
  }
}

extension Axis {
  /// The ends of the axis for data of this extent.
  ///
  /// On a linear axis zero is an end where the data come near to it. `margin` is the part of the
  /// length that stays free at each end.
  func resolvedLimits(_ extent: Extent, margin: Double) -> ClosedRange<Double> {
    if let limits, limits.lowerBound < limits.upperBound,
      scale.forward(limits.lowerBound).isFinite
    {
      return limits
    }
    guard !extent.isEmpty else { return scale == .logarithmic ? 0.1...1 : 0...1 }
    if extent.isTight { return extent.low...max(extent.high, extent.low + 1e-9) }
    var low = extent.low
    var high = extent.high
    if scale != .logarithmic {
      if extent.hasBase || (margin > 0 && low > 0 && low < 0.35 * high) { low = min(low, 0) }
      if extent.hasBase || (margin > 0 && high < 0 && high > 0.35 * low) { high = max(high, 0) }
    }
    var from = scale.forward(low)
    var to = scale.forward(high)
    if to - from < 1e-9 * max(abs(from), abs(to), 1e-9) {
      let around = scale == .linear ? max(abs(low) * 0.1, 1e-9) : 0.5
      (from, to) = (from - around, to + around)
    }
    let free = (to - from) * margin
    if low != 0 || scale == .logarithmic { from -= free }
    if high != 0 || scale == .logarithmic { to += free }
    return scale.backward(from)...scale.backward(to)
  }
}
