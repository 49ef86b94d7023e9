import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// In one dimension ridge is Σ x y / (Σ x² + σ²/τ²).
struct RidgeTests {
  private let x: [Double] = [1, -2, 0.5, 3]
  private let y: [Double] = [0.7, -1.1, 2]

  private func expected(_ penalty: Double) -> [Double] {
    (0...3).map { k in
      let products = (0..<k).map { x[$0] * y[$0] }.reduce(0, +)
      let squares = (0..<k).map { x[$0] * x[$0] }.reduce(0, +)
      return x[k] * products / (squares + penalty)
    }
  }

  @Test func predictorIsThePosteriorMean() throws {
    let component = try FirstParty.component("ridge-predictor")
    let properties = ["noise-variance": 0.5, "prior-variance": 2.0]
    let every = FirstParty.regression(pairs: 3, dimension: 1, .everyPrefix, properties: properties)
    let query = FirstParty.regression(pairs: 3, dimension: 1, .query, properties: properties)
    let found = try Forward(try component.makeModel(), every).predict(x: x, y: y)
    #expect(isClose(found, expected(0.25), 1e-14))
    let last = try Forward(try component.makeModel(), query).predict(x: x, y: y)
    #expect(isClose(last, [expected(0.25)[3]], 1e-14))
    let own = try component.makeModel(["noise-variance": "3", "prior-variance": "1"])
    #expect(isClose(try Forward(own, every).predict(x: x, y: y), expected(3), 1e-14))
  }

  @Test func predictorSaysWhatItMisses() throws {
    let component = try FirstParty.component("ridge-predictor")
    let silent = FirstParty.regression(pairs: 3, dimension: 1, .query)
    let error = #expect(throws: PluginError.self) {
      _ = try Forward(try component.makeModel(), silent)
    }
    #expect(error?.description.contains("noise-variance") == true)
    let wrong = #expect(throws: PluginError.self) {
      _ = try Forward(try component.makeModel(["noise-variance": "-1"]), silent)
    }
    #expect(wrong?.description.contains("at least 0") == true)
  }

  /// Every draw is a number of its own, so each tensor can be computed by hand.
  private func draw(_ source: RandomSource, _ shape: Shape, _ prompt: Int) -> [Double] {
    if source.kind == .orthogonal { return [0, 1, 1, 0] }
    let offset = Double(source.stream.utf8.reduce(0) { $0 + Int($1) } + 7 * prompt)
    return (0..<shape.count).map { Double(($0 * 37 + Int(offset) * 11) % 19) / 19 - 0.4 }
  }

  @Test(arguments: ["query", "every-prefix"], ["standard", "random"])
  func taskIsLinearRegression(_ scoring: String, _ basis: String) throws {
    let task = try FirstParty.component("ridge-task").makeTask([
      "dimension": "2", "context-length": "3", "noise-variance": "0.09", "prior-variance": "4",
      "spectrum": "3,1", "trace-normalised": "true", "scoring": scoring, "basis": basis,
    ])
    #expect(task.signature.properties == ["noise-variance": 0.09, "prior-variance": 4])
    var graph = Graph()
    let tensors = try task.declare(in: &graph)
    let oracle = try #require(try task.oracle(in: &graph, scope: PromptScope(tensors)))
    let roots = ["x", "y", "target", "w"].map { tensors[$0]! } + [oracle]
    let values = try ReferenceInterpreter().evaluate(
      graph, roots: roots, prompts: 1, random: { draw($0, $1, $2) })
    func normal(_ stream: String, _ shape: Shape) -> [Double] {
      draw(RandomSource(kind: .normal, scope: .prompt, stream: stream), shape, 0)
    }
    let unit = normal("ridge.x", [4, 2])
    var x = (0..<8).map { unit[$0] * ($0 % 2 == 0 ? 0.75 : 0.25).squareRoot() }
    if basis == "random" { x = (0..<8).map { x[$0 ^ 1] } }
    let w = normal("ridge.w", [2, 1]).map { 2 * $0 }
    let noise = normal("ridge.noise", [4, 1]).map { 0.3 * $0 }
    let labels = (0..<4).map { x[2 * $0] * w[0] + x[2 * $0 + 1] * w[1] + noise[$0] }
    #expect(isClose(values[0], x, 1e-15))
    #expect(isClose(values[1], Array(labels[..<3]), 1e-15))
    #expect(isClose(values[2], scoring == "query" ? [labels[3]] : labels, 1e-15))
    #expect(isClose(values[3], w, 1e-15))
    // The posterior mean by Cramer's rule.
    let means = (0...3).map { k in
      var (a, b, c, p, q) = (0.09 / 4, 0.0, 0.09 / 4, 0.0, 0.0)
      for j in 0..<k {
        let (s, t) = (x[2 * j], x[2 * j + 1])
        (a, b, c) = (a + s * s, b + s * t, c + t * t)
        (p, q) = (p + s * labels[j], q + t * labels[j])
      }
      let determinant = a * c - b * b
      return (x[2 * k] * (c * p - b * q) + x[2 * k + 1] * (a * q - b * p)) / determinant
    }
    #expect(isClose(values[4], scoring == "query" ? [means[3]] : means, 1e-11))
  }

  @Test func taskRefusesASpectrumOfAnotherLength() throws {
    let component = try FirstParty.component("ridge-task")
    let error = #expect(throws: PluginError.self) {
      _ = try component.makeTask(["dimension": "3", "spectrum": "1,2"])
    }
    #expect(error?.description.contains("2 eigenvalues for dimension 3") == true)
  }
}
