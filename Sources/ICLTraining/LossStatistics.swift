import Glibc

/// A mean over prompts and its standard error.
public struct Estimate: Hashable, Sendable {
  public var mean: Double
  public var standardError: Double

  public init(mean: Double, standardError: Double) {
    self.mean = mean
    self.standardError = standardError
  }
}

/// Mean and variance of the loss at each position, and of their mean, over prompts as they come.
///
/// Each chunk's moments are joined with those so far by the formula of Chan, Golub and LeVeque
/// (1979), which does not cancel where the mean is large beside the spread.
public struct LossStatistics: Sendable {
  private let positions: Int
  private var count = 0.0
  /// The last column is the mean over positions.
  private var means: [Double]
  private var squares: [Double]

  public init(positions: Int) {
    self.positions = positions
    means = [Double](repeating: 0, count: positions + 1)
    squares = means
  }

  /// - Parameter losses: [count, positions]
  public mutating func add(_ losses: [Double], count added: Int) {
    guard added > 0 else { return }
    var sums = [Double](repeating: 0, count: positions + 1)
    visit(losses, added) { sums[$0] += $1 }
    let chunk = sums.map { $0 / Double(added) }
    var chunkSquares = [Double](repeating: 0, count: positions + 1)
    visit(losses, added) { column, value in
      let difference = value - chunk[column]
      chunkSquares[column] += difference * difference
    }
    let total = count + Double(added)
    for column in means.indices {
      let shift = chunk[column] - means[column]
      means[column] += shift * Double(added) / total
      squares[column] += chunkSquares[column] + shift * shift * count * Double(added) / total
    }
    count = total
  }

  /// At each position.
  public var byPosition: [Estimate] { (0..<positions).map(estimate) }

  /// Of a prompt's mean over positions.
  public var mean: Estimate { estimate(positions) }

  private func estimate(_ column: Int) -> Estimate {
    let variance = count > 1 ? squares[column] / (count - 1) : .nan
    return Estimate(mean: means[column], standardError: sqrt(variance / count))
  }

  private func visit(_ losses: [Double], _ added: Int, _ body: (Int, Double) -> Void) {
    for prompt in 0..<added {
      var sum = 0.0
      for position in 0..<positions {
        let loss = losses[prompt * positions + position]
        sum += loss
        body(position, loss)
      }
      body(positions, sum / Double(positions))
    }
  }
}
