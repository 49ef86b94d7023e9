import Glibc

/// Functions that a few formulas of papers need.
extension Function {
  static let special: [Function] = [
    Function(
      name: "lambert-w-lower", kind: .numbers, parameters: ["value"],
      summary:
        "the lower branch W₋₁ of Lambert's function, w e^w = value with w ≤ -1; not a number "
        + "outside of [-1/e, 0)"
    ) { values in values[0].map { $0.map(lowerLambert) } },
    Function(
      name: "points", kind: .steps, parameters: ["series"],
      summary: "how many values the series has"
    ) { values in
      let series = try values[0].series(for: "points")
      return Value(values[0].layout, series.map { Quantity(Double($0.steps.count)) })
    },
    Function(
      name: "rank-correlation", kind: .elements, parameters: ["first", "second"],
      summary: "Spearman's correlation of two lists, equal elements sharing their ranks"
    ) { values in
      try values[0].combined(with: values[1]) { first, second in
        Quantity(correlation(ranks(first.values), ranks(second.values)))
      }
    },
  ]

  /// By Newton's method for w + ln(-w) = ln(-x), whose left side rises up to w = -1.
  private static func lowerLambert(_ x: Double) -> Double {
    guard x < 0, x >= -exp(-1) else { return .nan }
    let target = log(-x)
    var w = min(target - log(max(-target, 1)), -1 - 1e-9)
    for _ in 0..<100 {
      let step = (w + log(-w) - target) / (1 + 1 / w)
      guard step.isFinite else { break }
      let next = min(w - step, -1)
      if (next - w).magnitude <= 1e-15 * w.magnitude { return next }
      w = next == -1 ? (w - 1) / 2 : next
    }
    return w
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      let below = values.count { $0 < value }
      let equal = values.count { $0 == value }
      return Double(below) + Double(equal - 1) / 2
    }
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count, a.count > 1 else { return .nan }
    let (x, y) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (p, q) in zip(a, b) {
      ab += (p - x) * (q - y)
      aa += (p - x) * (p - x)
      bb += (q - y) * (q - y)
    }
    return ab / (aa * bb).squareRoot()
  }
}
