import ICLPlugins
import Testing

/// The optimizer `bfgs` on functions whose minima are known.
@Suite struct BFGSTests {
  private func minimize(
    _ settings: [String: String] = [:], from start: [Double],
    _ function: ([Double]) -> (loss: Double, gradient: [Double])
  ) throws -> (place: [Double], evaluations: Int) {
    let optimizer = try FirstParty.catalog.resolve("bfgs", kind: .optimizer)
      .makeOptimizer(settings)
    #expect(optimizer.drives)
    var place = start
    var evaluations = 0
    _ = try optimizer.minimize(&place) { values, gradient in
      evaluations += 1
      let (loss, slope) = function(Array(values))
      for (index, value) in slope.enumerated() { gradient[index] = value }
      return loss
    }
    return (place, evaluations)
  }

  /// ½ xᵀ A x - bᵀ x with eigenvalues 1, 100 and 10⁴.
  @Test func quadratic() throws {
    let scales = [1.0, 100, 10_000]
    let goal = [3.0, -2, 0.5]
    let (place, evaluations) = try minimize(from: [0, 0, 0]) { x in
      let offsets = zip(x, goal).map { $0 - $1 }
      return (
        zip(offsets, scales).reduce(0) { $0 + 0.5 * $1.1 * $1.0 * $1.0 },
        zip(offsets, scales).map { $0 * $1 }
      )
    }
    for (found, expected) in zip(place, goal) { #expect((found - expected).magnitude < 1e-6) }
    #expect(evaluations < 60)
  }

  /// Rosenbrock's valley, from its usual start.
  @Test func rosenbrock() throws {
    let (place, evaluations) = try minimize(["relative-improvement": "0"], from: [-1.2, 1]) { x in
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
    }
    #expect((place[0] - 1).magnitude < 1e-6 && (place[1] - 1).magnitude < 1e-6)
    #expect(evaluations < 120)
  }

  /// Beyond |x| = 2 there is nothing finite: the line search comes back.
  @Test func notFiniteIsTooFar() throws {
    let (place, _) = try minimize(["first-step": "100"], from: [-1.5]) { x in
      abs(x[0]) < 2
        ? ((x[0] - 1) * (x[0] - 1), [2 * (x[0] - 1)]) : (.infinity, [.nan])
    }
    #expect((place[0] - 1).magnitude < 1e-6)
  }

  /// Neither a loss nor a gradient that is not finite leads anywhere.
  @Test(arguments: [(Double.infinity, 1.0), (.nan, 1), (1, .nan)])
  func theStartMustBeFinite(_ loss: Double, _ slope: Double) {
    #expect {
      _ = try minimize(from: [1e200]) { _ in (loss, [slope]) }
    } throws: { "\($0)".contains("begin with smaller parameters") }
  }

  @Test func tooManyParameters() {
    #expect {
      _ = try minimize(from: [Double](repeating: 0, count: 5000)) { ($0[0], $0) }
    } throws: { "\($0)".contains("take another optimizer") }
  }
}
