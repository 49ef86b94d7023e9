/// Means of two values that come in pairs, and the errors of their difference and ratio.
///
/// Pairs share their prompt, so the difference is known far better than either mean.
struct PairedMoments {
  private(set) var count = 0
  private(set) var first = 0.0
  private(set) var second = 0.0
  private var firstSquares = 0.0
  private var secondSquares = 0.0
  private var products = 0.0

  /// Welford's update for means, squares and products.
  mutating func add(_ a: Double, _ b: Double) {
    count += 1
    let aBefore = a - first
    let bBefore = b - second
    first += aBefore / Double(count)
    second += bBefore / Double(count)
    firstSquares += aBefore * (a - first)
    secondSquares += bBefore * (b - second)
    products += aBefore * (b - second)
  }

  var difference: Double { first - second }
  var ratio: Double { first / second }

  var differenceError: Double { error(slope: 1) }
  /// To first order: the error of the mean of a - ratio b, over the mean of b.
  var ratioError: Double { error(slope: ratio) / second }

  /// The standard error of the mean of a - slope b. Needs two pairs.
  private func error(slope: Double) -> Double {
    let squares = firstSquares - 2 * slope * products + slope * slope * secondSquares
    return (max(squares, 0) / Double(count - 1) / Double(count)).squareRoot()
  }
}
