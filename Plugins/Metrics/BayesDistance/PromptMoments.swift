/// Means over prompts of a value at each position and of its mean over positions, with standard
/// errors; those of a prompt belong together.
struct PromptMoments {
  private var count = 0.0
  /// Of each position, then of the mean over positions.
  private var averages: [Double]
  private var squares: [Double]

  init(positions: Int) {
    averages = [Double](repeating: 0, count: positions + 1)
    squares = averages
  }

  /// - Parameter values: [prompts, positions].
  mutating func add(_ values: [Double]) {
    let positions = averages.count - 1
    for start in stride(from: 0, to: values.count, by: positions) {
      count += 1
      var sum = 0.0
      for position in 0..<positions {
        sum += values[start + position]
        add(values[start + position], at: position)
      }
      add(sum / Double(positions), at: positions)
    }
  }

  /// Welford's update.
  private mutating func add(_ value: Double, at place: Int) {
    let before = value - averages[place]
    averages[place] += before / count
    squares[place] += before * (value - averages[place])
  }

  var mean: Double { averages[averages.count - 1] }
  var means: [Double] { Array(averages.dropLast()) }
  /// nil for a single prompt.
  var error: Double? { allErrors?.last }
  var errors: [Double]? { allErrors.map { Array($0.dropLast()) } }

  private var allErrors: [Double]? {
    count < 2 ? nil : squares.map { ($0 / (count - 1) / count).squareRoot() }
  }
}
