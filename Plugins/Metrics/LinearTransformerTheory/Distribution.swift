/// Values of all prompts, for means that a few of them may dominate.
///
/// A linear transformer is a polynomial of degree 3^L in its context: single prompts may have losses of
/// 10⁷ where the median is below 1 (arXiv 2402.14180; so trimmed means and medians).
struct Distribution {
  private(set) var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  /// The mean of the lowest share, at least one value, with the standard error of that many values.
  func mean(lowest share: Double) -> (value: Double, error: Double) {
    let count = max(1, Int((share * Double(values.count)).rounded()))
    let kept = count < values.count ? sorted.prefix(count) : values[...]
    var (mean, squares) = (0.0, 0.0)
    for (index, value) in kept.enumerated() {
      let change = value - mean
      mean += change / Double(index + 1)
      squares += change * (value - mean)
    }
    let n = Double(kept.count)
    return (mean, n > 1 ? (squares / (n - 1) / n).squareRoot() : 0)
  }

  /// On the straight line between ranks.
  func quantile(_ q: Double) -> Double {
    let sorted = sorted
    guard let last = sorted.last else { return .nan }
    let rank = q * Double(sorted.count - 1)
    let low = Int(rank)
    guard low + 1 < sorted.count else { return last }
    return sorted[low] + (rank - Double(low)) * (sorted[low + 1] - sorted[low])
  }

  func share(above bound: Double) -> Double {
    Double(values.count { !($0 <= bound) }) / Double(max(values.count, 1))
  }

  /// From small to large; what is not a number counts as infinite.
  private var sorted: [Double] { values.map { $0.isNaN ? .infinity : $0 }.sorted() }
}

/// What is kept of the lowest values in a trimmed mean.
let trimmedShare = 0.999
