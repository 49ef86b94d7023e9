/// The step sizes of one step of descent that fit some targets best, by least squares.
struct StepFit {
  private var count = 0.0
  private var targets = 0.0
  private var pp = 0.0, pc = 0.0, cc = 0.0, pt = 0.0, ct = 0.0

  /// - Parameters:
  ///   - p: Σ y_i (x_i · x_q).
  ///   - c: Σ y_i.
  mutating func add(_ p: Double, _ c: Double, _ target: Double) {
    count += 1
    targets += target * target
    pp += p * p
    pc += p * c
    cc += c * c
    pt += p * target
    ct += c * target
  }

  /// Half the mean squared error, and the step over N.
  var one: (step: Double, loss: Double)? {
    guard count > 0, pp > 0 else { return nil }
    return (pt / pp, 0.5 * (targets - pt * pt / pp) / count)
  }

  /// With a constant feature: its step is the second.
  var two: (steps: [Double], loss: Double)? {
    let determinant = pp * cc - pc * pc
    guard count > 2, determinant > 1e-12 * pp * cc else { return nil }
    let a = (cc * pt - pc * ct) / determinant
    let b = (pp * ct - pc * pt) / determinant
    return ([a, b], 0.5 * (targets - a * pt - b * ct) / count)
  }
}

/// A running mean and its standard error, by Welford's update.
struct Mean {
  private(set) var count = 0
  private(set) var value = 0.0
  private var squares = 0.0

  mutating func add(_ next: Double) {
    count += 1
    let before = next - value
    value += before / Double(count)
    squares += before * (next - value)
  }

  var error: Double {
    count > 1 ? (squares / Double(count - 1) / Double(count)).squareRoot() : 0
  }
}
