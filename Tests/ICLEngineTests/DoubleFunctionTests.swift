import Glibc
import ICLEngine
import ICLGraph
import Testing

/// The vector exponential in Double against libm's.
@Suite struct DoubleFunctionTests {
  private func exponentials(_ points: [Double]) throws -> [Double] {
    var graph = Graph()
    let root = graph.unary(.exp, graph.input("x", []))
    let program = try Program(
      graph, roots: [root], seed: 0, configuration: EngineConfiguration(precision: .double))
    try program.run(
      .init(step: 0, firstPrompt: 0, count: points.count, weight: 1, inputs: ["x": points]))
    return program.values(of: 0)
  }

  /// libm's is within 0.52 units, so two at most lie between.
  @Test(arguments: [-708.0...709.0, -1.0...1.0, -1e-3...1e-3])
  func isWithinAUnit(_ range: ClosedRange<Double>) throws {
    let count = 100_000
    let points = (0..<count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1)
    }
    let worst = zip(points, try exponentials(points)).reduce(0.0) { worst, pair in
      let expected = Glibc.exp(pair.0)
      return max(worst, abs(pair.1 - expected) / expected.ulp)
    }
    #expect(worst <= 1)
  }

  @Test func roundsSubnormalsOnce() throws {
    let points = (0..<1000).map { -708.0 - 38 * Double($0) / 999 }
    for (x, y) in zip(points, try exponentials(points)) {
      #expect(abs(y - Glibc.exp(x)) <= Double.leastNonzeroMagnitude, "exp(\(x))")
    }
  }

  @Test func knowsItsLimits() throws {
    let points: [Double] = [0, -0.0, .infinity, -.infinity, 709.7827, 709.7828, -745.13, -745.14]
    let found = try exponentials(points + [1e300, -1e300])
    #expect(found == points.map(Glibc.exp) + [.infinity, 0])
    #expect(try exponentials([.nan])[0].isNaN)
  }
}
