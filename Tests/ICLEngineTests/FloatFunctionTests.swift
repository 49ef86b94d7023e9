import Glibc
import ICLEngine
import ICLGraph
import Testing

/// The vector functions against libm in Double.
@Suite struct FloatFunctionTests {
  private func error(
    _ operation: UnaryOperation, _ range: ClosedRange<Double>, _ truth: (Double) -> Double
  ) throws -> Double {
    var graph = Graph()
    let x = graph.input("x", [])
    let root = graph.unary(operation, x)
    let program = try Program(graph, roots: [root], seed: 0, configuration: EngineConfiguration())
    let count = 20_000
    let points = (0..<count).map {
      Double(
        Float(
          range.lowerBound
            + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1)))
    }
    try program.run(
      .init(step: 0, firstPrompt: 0, count: count, weight: 1, inputs: ["x": points]))
    return zip(points, program.values(of: 0)).reduce(0.0) { worst, pair in
      let expected = truth(pair.0)
      return max(worst, abs(pair.1 - expected) / max(abs(expected), 1e-3))
    }
  }

  @Test func areAccurate() throws {
    #expect(try error(.exp, -87...88, Glibc.exp) < 2e-7)
    #expect(try error(.log, 1e-6...100, Glibc.log) < 2e-6)
    #expect(try error(.tanh, -12...12, Glibc.tanh) < 4e-7)
    #expect(try error(.sin, -100...100, Glibc.sin) < 2e-4)
    #expect(try error(.cos, -3...3, Glibc.cos) < 2e-4)
    #expect(try error(.sigmoid, -80...80) { 1 / (1 + Glibc.exp(-$0)) } < 4e-7)
    #expect(try error(.softplus, -30...30) { Glibc.log1p(Glibc.exp($0)) } < 4e-7)
  }

  @Test(arguments: [
    (UnaryOperation.exp, Double.infinity, Double.infinity), (.exp, -.infinity, 0),
    (.exp, 1000, .infinity), (.log, 0, -.infinity), (.log, .infinity, .infinity),
    (.tanh, .infinity, 1), (.tanh, -50, -1), (.sigmoid, -1000, 0), (.softplus, -1000, 0),
    (.relu, -1, 0), (.sign, -2, -1), (.sign, 0, 0), (.floor, -1.5, -2),
  ])
  func knowTheirLimits(_ operation: UnaryOperation, _ x: Double, _ expected: Double) throws {
    #expect(try value(operation, x) == expected)
  }

  @Test(arguments: UnaryOperation.allCases.filter { $0 != .sign })
  func passNaNOn(_ operation: UnaryOperation) throws {
    #expect(try value(operation, .nan).isNaN)
  }

  private func value(_ operation: UnaryOperation, _ x: Double) throws -> Double {
    var graph = Graph()
    let root = graph.unary(operation, graph.input("x", []))
    let program = try Program(graph, roots: [root], seed: 0, configuration: EngineConfiguration())
    try program.run(.init(step: 0, firstPrompt: 0, count: 1, weight: 1, inputs: ["x": [x]]))
    return program.values(of: 0)[0]
  }
}
