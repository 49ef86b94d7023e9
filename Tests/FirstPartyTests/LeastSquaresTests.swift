import ICLPlugins
import Testing

struct LeastSquaresTests {
  /// The weights that the predictor uses, read with unit vectors as queries.
  private func weights(_ rows: [[Double]], _ labels: [Double]) throws -> [Double] {
    let d = rows.first?.count ?? 2
    let model = try FirstParty.component("least-squares").makeModel()
    let signature = FirstParty.regression(pairs: rows.count, dimension: d, .query)
    let x = (0..<d).flatMap { query in
      rows.flatMap { $0 } + (0..<d).map { $0 == query ? 1.0 : 0.0 }
    }
    let y = (0..<d).flatMap { _ in labels }
    return try model.predict(signature: signature, count: d, inputs: [x, y])
  }

  @Test func interpolatesASquareSystem() throws {
    #expect(isClose(try weights([[2, 1], [1, 3]], [4, 7]), [1, 2], 1e-14))
  }

  /// Σ x y / Σ x² for one column.
  @Test func minimisesTheSquaredError() throws {
    #expect(isClose(try weights([[1], [2], [3]], [1, 1, 5]), [18.0 / 14], 1e-14))
  }

  /// Rows t_i a have w = a Σ t_i y_i / (Σ t_i² ‖a‖²), whatever their number and scale.
  @Test(arguments: [1, 2, 5], [1e-150, 1, 1e150])
  func hasLeastNormOnALine(_ count: Int, _ scale: Double) throws {
    let a = [1.0, -2, 0.5, 3]
    let t = (0..<count).map { 1.3 - 0.4 * Double($0) }
    let y = (0..<count).map { 0.2 + Double($0 * $0) }
    let found = try weights(t.map { t in a.map { scale * t * $0 } }, y)
    let square = t.map { $0 * $0 }.reduce(0, +) * a.map { $0 * $0 }.reduce(0, +)
    let product = zip(t, y).map(*).reduce(0, +)
    #expect(isClose(found.map { scale * $0 }, a.map { $0 * product / square }, 1e-13))
  }

  /// Two equal columns share their weight.
  @Test func dependentColumnsShare() throws {
    let found = try weights([[1, 1, 0], [2, 2, 1], [3, 3, -1], [0, 0, 2]], [2, 5, 5, 2])
    #expect(isClose(found, [1, 1, 1], 1e-13))
  }

  @Test func withoutPairsItIsZero() throws {
    let model = try FirstParty.component("least-squares").makeModel()
    let signature = FirstParty.regression(pairs: 1, dimension: 2, outputs: 2, .everyPrefix)
    let found = try model.predict(
      signature: signature, count: 1, inputs: [[1, 1, 3, 4], [2, 6]])
    // Then one pair: w = x y / ‖x‖².
    #expect(isClose(found, [0, 0, 7, 21], 1e-14))
  }
}
