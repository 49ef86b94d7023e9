/// E tr Ĝ^k of Ĝ = 1/N Σ x_i x_iᵀ for independent symmetric entries, exactly.
///
/// The trace is a sum over k rows and k columns in a ring; its terms depend only on which of them are
/// equal. So it is a sum over pairs of set partitions, Bell(k)² of them: 41,209 for k = 6.
public struct GramMoments: Sendable {
  /// The order up to which partitions are few.
  public static let limit = 6

  /// T_0 … T_order, T_k = E tr Ĝ^k.
  public let traces: [Double]

  /// - Parameter moment: E x^p of an even power p.
  public init(dimension: Int, pairs: Int, order: Int, moment: (_ power: Int) -> Double) {
    let moments = (0...max(2 * order, 0)).map { $0 % 2 == 0 ? moment($0) : 0 }
    traces = (0...order).map { k in
      guard k > 0 else { return Double(dimension) }
      let partitions = Self.partitions(k)
      var total = 0.0
      for rows in partitions where rows.blocks <= pairs {
        for columns in partitions where columns.blocks <= dimension {
          let value = Self.expectation(rows, columns, moments)
          guard value != 0 else { continue }
          total +=
            value * Self.falling(pairs, rows.blocks) * Self.falling(dimension, columns.blocks)
        }
      }
      var scale = 1.0
      for _ in 0..<k { scale /= Double(pairs) }
      return total * scale
    }
  }

  /// E x^p for entries uniform within ± a, or N(0, σ²).
  public static func uniform(halfWidth a: Double) -> (Int) -> Double {
    { power in (0..<power).reduce(1 / Double(power + 1)) { value, _ in value * a } }
  }

  public static func normal(variance: Double) -> (Int) -> Double {
    { power in stride(from: 1, to: power, by: 2).reduce(1) { $0 * Double($1) * variance } }
  }

  private struct Partition {
    /// The block of each element.
    var block: [Int]
    var blocks: Int
  }

  private static func partitions(_ count: Int) -> [Partition] {
    var result = [Partition(block: [], blocks: 0)]
    for _ in 0..<count {
      result = result.flatMap { partition in
        (0...partition.blocks).map { block in
          Partition(
            block: partition.block + [block],
            blocks: max(partition.blocks, block + 1))
        }
      }
    }
    return result
  }

  /// E Π_a x[i_a, d_a] x[i_a, d_{a+1}] with the equalities that the partitions say.
  private static func expectation(
    _ rows: Partition, _ columns: Partition, _ moments: [Double]
  ) -> Double {
    let count = rows.block.count
    var powers = [Int](repeating: 0, count: rows.blocks * columns.blocks)
    for place in 0..<count {
      let row = rows.block[place] * columns.blocks
      powers[row + columns.block[place]] += 1
      powers[row + columns.block[(place + 1) % count]] += 1
    }
    var product = 1.0
    for power in powers where power > 0 {
      product *= moments[power]
      if product == 0 { return 0 }
    }
    return product
  }

  private static func falling(_ n: Int, _ count: Int) -> Double {
    (0..<count).reduce(1) { $0 * Double(n - $1) }
  }
}
