import ICLRandom
import Testing

@Suite struct OrthogonalTests {
  @Test(arguments: [1, 2, 3, 8, 17, 64])
  func columnsAndRowsAreOrthonormal(n: Int) {
    let q = PromptStream.of(seed: 2, prompt: UInt64(n)).orthogonal(n)
    for i in 0..<n {
      for j in 0...i {
        let identity = i == j ? 1.0 : 0.0
        let columns = (0..<n).reduce(0.0) { $0 + q[$1 * n + i] * q[$1 * n + j] }
        let rows = (0..<n).reduce(0.0) { $0 + q[i * n + $1] * q[j * n + $1] }
        #expect(abs(columns - identity) < 1e-12, "columns \(i), \(j)")
        #expect(abs(rows - identity) < 1e-12, "rows \(i), \(j)")
      }
    }
  }

  /// Gram–Schmidt on the same normals gives the same Q: R's diagonal is positive.
  @Test(arguments: [1, 2, 5])
  func equalsGramSchmidt(n: Int) {
    let stream = PromptStream.of(seed: 4, prompt: 1)
    let a = stream.normalDoubles(n * n)
    let q = stream.orthogonal(n)
    var columns: [[Double]] = []
    for j in 0..<n {
      var column = (0..<n).map { a[$0 * n + j] }
      for _ in 0..<2 {
        for other in columns {
          let dot = zip(column, other).reduce(0) { $0 + $1.0 * $1.1 }
          column = zip(column, other).map { $0 - dot * $1 }
        }
      }
      let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      columns.append(column.map { $0 / length })
      for i in 0..<n { #expect(abs(columns[j][i] - q[i * n + j]) < 1e-12) }
    }
  }

  /// Under Haar measure every entry has mean 0 and variance 1/n, each fourth moment is
  /// 3 / (n (n + 2)), the trace has mean 0 and variance 1, and half the determinants are -1.
  @Test func momentsAreThoseOfHaarMeasure() {
    let n = 3
    let trials = 40_000
    var first = [Double](repeating: 0, count: 9)
    var second = first
    var fourth = first
    var trace = 0.0
    var traceSquared = 0.0
    var negative = 0
    for trial in 0..<trials {
      let q = PromptStream.of(seed: 6, prompt: UInt64(trial)).orthogonal(n)
      for (index, value) in q.enumerated() {
        first[index] += value
        second[index] += value * value
        fourth[index] += value * value * value * value
      }
      let diagonal = q[0] + q[4] + q[8]
      trace += diagonal
      traceSquared += diagonal * diagonal
      let determinant =
        q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6])
        + q[2] * (q[3] * q[7] - q[4] * q[6])
      #expect(abs(abs(determinant) - 1) < 1e-12)
      if determinant < 0 { negative += 1 }
    }
    let count = Double(trials)
    // Four and a half standard errors; in three dimensions an entry is uniform in [-1, 1], so its
    // even moments are 1/3, 1/5, 1/7, 1/9.
    func bound(_ variance: Double) -> Double { 4.5 * (variance / count).squareRoot() }
    for index in 0..<9 {
      #expect(abs(first[index] / count) < bound(1.0 / 3))
      #expect(abs(second[index] / count - 1.0 / 3) < bound(1.0 / 5 - 1.0 / 9))
      #expect(abs(fourth[index] / count - 1.0 / 5) < bound(1.0 / 9 - 1.0 / 25))
    }
    #expect(abs(trace / count) < bound(1))
    // E tr^4 = 3, so the square varies by 2.
    #expect(abs(traceSquared / count - 1) < bound(2))
    #expect(abs(Double(negative) / count - 0.5) < bound(0.25))
  }
}
