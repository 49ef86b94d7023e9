/// How far rounding alone may carry a result.
///
/// A result in single precision is held against the same in double precision. What rounding its
/// arguments does to it is measured, in double precision, by moving each of them by half a unit in
/// the last place of a single number, up or down; a computation of n operations that is as good as
/// its arguments allow adds up to n such errors of either sign, so about √n of them
/// (Higham, Accuracy and Stability of Numerical Algorithms, 2002, 2.8).
struct Rounding {
  /// Half a unit in the last place, relative.
  static let single = 0x1p-24
  /// Standard errors that are allowed.
  private static let factor = 4.0

  /// The largest difference.
  let drift: Double
  /// What may be.
  let bound: Double
  /// The largest value.
  let scale: Double

  /// - Parameters:
  ///   - operations: n.
  ///   - moved: the double result for moved arguments.
  init(single: [Double], double: [Double], moved: [[Double]], operations: Int) {
    func distance(_ other: [Double]) -> Double {
      zip(other, double).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .nan : max($0, $1) }
    }
    scale = double.map(abs).max() ?? 0
    drift = distance(single)
    let spread = moved.map(distance).max() ?? 0
    bound =
      Self.factor * Double(max(operations, 1)).squareRoot() * (spread + Self.single * scale)
      + 0x1p-126
  }

  var holds: Bool { drift <= bound }

  var words: String { "\(Self.short(drift)), rounding explains \(Self.short(bound))" }

  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var (mantissa, exponent) = (value, 0)
    while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\((mantissa * 10).rounded() / 10)e\(exponent)"
  }
}

/// How rough a function is where it is computed: |f(x + h) - 2 f(x) + f(x - h)|, relative to its values,
/// for small steps h in all arguments.
///
/// In double precision that is h² times a curvature, and rounding of 2^-52 or so; what was computed in
/// single precision on the way jumps by about 2^-24.
struct Roughness {
  /// Steps as fractions of the arguments: several, as a rounded function may jump alike on both sides.
  static let steps = [1, 1.37, 1.71, 1.93].map { $0 * 0x1p-22 }
  /// Between 2^-24 and 2^-44 times a curvature.
  private static let limit = 0x1p-29
  private var jumps: [Double] = []

  /// Takes in values, and those on both sides. Of these, values that do not move say nothing, nor do
  /// those that jump farther, as a comparison does.
  mutating func add(_ middle: [Double], _ above: [Double], _ below: [Double]) {
    let scale = middle.map(abs).filter(\.isFinite).max() ?? 0
    for (value, sides) in zip(middle, zip(above, below))
    where sides.0 != value || sides.1 != value {
      let jump = abs(sides.0 - 2 * value + sides.1) / max(abs(value), 1e-3 * scale, 1e-300)
      if jump < 0x1p-12 { jumps.append(jump) }
    }
  }

  /// Whether anything moved.
  var isKnown: Bool { !jumps.isEmpty }

  /// What a quarter of the jumps exceed, if that is too much. A few may be kinks.
  var excess: Double? {
    guard isKnown else { return nil }
    let jump = jumps.sorted()[jumps.count * 3 / 4]
    return jump > Self.limit ? jump : nil
  }
}

extension Numbers {
  /// Numbers moved by a fraction of themselves, up or down.
  mutating func moving(_ values: [Double], by fraction: Double) -> [Double] {
    zip(values, uniform(values.count)).map { $0 * (1 + ($1 < 0.5 ? fraction : -fraction)) }
  }
}
