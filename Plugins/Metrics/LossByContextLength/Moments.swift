/// Mean and spread of values that come one at a time, without cancellation.
///
/// Welford 1962: mean += (x - mean) / n, M += (x - old mean) (x - new mean).
struct Moments {
  private(set) var count = 0
  private(set) var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let before = value - mean
    mean += before / Double(count)
    squares += before * (value - mean)
  }

  /// Of the mean: √(sample variance / n). Needs two values.
  var standardError: Double { (squares / Double(count - 1) / Double(count)).squareRoot() }
}
