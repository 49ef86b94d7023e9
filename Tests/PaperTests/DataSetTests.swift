import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// The fixed sets of the task `ridge`.
@Suite struct DataSetTests {
  private func draw(_ settings: [String: String], prompts: Int) throws -> [String: [Double]] {
    let task = try FirstParty.task(
      "ridge",
      ["dimension": "3", "context-length": "5", "noise-variance": "0", "scoring": "query"]
        .merging(settings) { $1 })
    var graph = Graph()
    let nodes = try task.declare(in: &graph)
    let names = task.signature.tensors.map(\.name)
    let (simple, roots) = graph.simplified(keeping: names.map { nodes[$0]! })
    let program = try Program(
      simple, roots: roots, seed: 7, configuration: EngineConfiguration(precision: .double))
    try program.run(
      Program.Batch(step: 0, firstPrompt: 0, count: prompts, weight: 1 / Double(prompts)))
    return Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ($0.element, program.values(of: $0.offset)) })
  }

  /// Means, and the covariance (1/(P - 1)) Σ, of rows of this width.
  private func statistics(_ values: [Double], _ width: Int) -> (mean: [Double], square: [Double]) {
    let count = values.count / width
    let mean = (0..<width).map { a in
      (0..<count).reduce(0) { $0 + values[$1 * width + a] } / Double(count)
    }
    let square = (0..<width * width).map { index in
      let (a, b) = (index / width, index % width)
      return (0..<count).reduce(0) {
        $0 + (values[$1 * width + a] - mean[a]) * (values[$1 * width + b] - mean[b])
      } / Double(count - 1)
    }
    return (mean, square)
  }

  @Test(arguments: [8, 50, 500])
  func tasksAreWhitened(_ count: Int) throws {
    let set = try draw(
      ["set-size": "\(count)", "whitened-tasks": "true", "prior-variance": "4"], prompts: count)
    let (mean, square) = statistics(set["w"]!, 3)
    expect(mean, [0, 0, 0], within: 1e-12)
    expect(square, [4, 0, 0, 0, 4, 0, 0, 0, 4], within: 1e-11)
    // They are tasks that differ, and the labels are theirs.
    #expect(Set(set["w"]!).count == 3 * count)
    for prompt in [0, count - 1] {
      let label = (0..<3).reduce(0) {
        $0 + set["x"]![(prompt * 6 + 2) * 3 + $1] * set["w"]![prompt * 3 + $1]
      }
      #expect(abs(label - set["y"]![prompt * 5 + 2]) < 1e-12)
    }
  }

  @Test func promptsBeyondTheSetStartAgain() throws {
    let set = try draw(["set-size": "10", "whitened-tasks": "true"], prompts: 20)
    #expect(Array(set["w"]![..<30]) == Array(set["w"]![30...]))
  }

  @Test func inputsAreCentredAtEveryPosition() throws {
    let set = try draw(
      ["set-size": "40", "centred-inputs": "true", "basis": "random", "covariance": "linear"],
      prompts: 40)
    let (mean, square) = statistics(set["x"]!, 18)
    expect(mean, [Double](repeating: 0, count: 18), within: 1e-13)
    // One token has the trace 3 + 2 + 1, up to sampling of 40 prompts.
    let trace = (0..<3).reduce(0) { $0 + square[$1 * 19] }
    #expect((3.5...9).contains(trace))
  }

  @Test func aFractionHasTasksOfItsOwn() throws {
    let set = try draw(
      ["set-size": "50", "in-context-fraction": "0.6", "dimension": "4"], prompts: 50)
    let flags = set["is-fixed-task"]!
    #expect(flags == (0..<50).map { $0 < 30 ? 0 : 1 })
    let tasks = (0..<50).map { Array(set["w"]![4 * $0..<4 * $0 + 4]) }
    #expect(Set(tasks).count == 31)
    // ‖w₀‖ = √D.
    #expect(abs(tasks[40].reduce(0) { $0 + $1 * $1 } - 4) < 1e-12)
    // Without a set each prompt has its own task with probability 0.6.
    let fresh = try draw(["in-context-fraction": "0.6"], prompts: 4000)["is-fixed-task"]!
    #expect(abs(fresh.reduce(0, +) / 4000 - 0.4) < 0.04)
  }

  @Test func noiseMayPrecedeTheFixedTask() throws {
    let settings = ["in-context-fraction": "0", "prior-variance": "1"]
    let informative = try draw(settings, prompts: 200)
    let noisy = try draw(settings.merging(["context": "noise"]) { $1 }, prompts: 200)
    #expect(informative["target"]! == noisy["target"]!)
    #expect(informative["x"]! == noisy["x"]!)
    let (w, x, y) = (noisy["w"]!, noisy["x"]!, noisy["y"]!)
    let target = (0..<3).reduce(0) { $0 + w[$1] * x[15 + $1] }
    #expect(abs(noisy["target"]![0] - target) < 1e-12)
    // Unit noise that knows nothing of x.
    var (product, square) = (0.0, 0.0)
    for label in 0..<1000 {
      let token = label / 5 * 6 + label % 5
      product += y[label] * x[token * 3] / 1000
      square += y[label] * y[label] / 1000
    }
    #expect(abs(product) < 0.15)
    #expect(abs(square - 1) < 0.25)
  }

  /// Sample moments of the paper's generator at P = 80,000: mean y² = 1 ± .01, and the mean of
  /// y_q β x_qᵀ is Λ² within .005.
  @Test func momentsOfTheGenerator() throws {
    let set = try draw(
      [
        "dimension": "4", "context-length": "31", "covariance": "linear",
        "trace-normalised": "true", "set-size": "80000", "whitened-tasks": "true",
      ], prompts: 80_000)
    let (x, y, target) = (set["x"]!, set["y"]!, set["target"]!)
    let square = target.reduce(0) { $0 + $1 * $1 } / 80_000
    #expect(abs(square - 1) < 0.01, "\(square)")
    var product = [Double](repeating: 0, count: 16)
    for p in 0..<80_000 {
      var beta = [0.0, 0, 0, 0]
      for j in 0..<31 {
        for a in 0..<4 { beta[a] += y[p * 31 + j] * x[(p * 32 + j) * 4 + a] / 31 }
      }
      for index in 0..<16 {
        product[index] += target[p] * beta[index / 4] * x[(p * 32 + 31) * 4 + index % 4] / 80_000
      }
    }
    var expected = [Double](repeating: 0, count: 16)
    for d in 0..<4 { expected[5 * d] = spectrum[d] * spectrum[d] }
    expect(product, expected, within: 0.005)
  }

  /// Told which prompts have the run's task, the oracle knows their targets; the others it fits.
  @Test func oracleKnowsTheFixedTask() throws {
    let task = try FirstParty.task(
      "ridge",
      [
        "dimension": "3", "context-length": "2", "noise-variance": "0", "scoring": "query",
        "in-context-fraction": "0.5", "context": "noise", "set-size": "32",
      ])
    var graph = Graph()
    let nodes = try task.declare(in: &graph)
    let oracle = try #require(try task.oracle(in: &graph, scope: PromptScope(nodes)))
    let program = try Program(
      graph, roots: [oracle, nodes["target"]!, nodes["is-fixed-task"]!], seed: 1,
      configuration: EngineConfiguration(precision: .double))
    try program.run(Program.Batch(step: 0, firstPrompt: 0, count: 32, weight: 1))
    let (best, target, flags) = (
      program.values(of: 0), program.values(of: 1), program.values(of: 2)
    )
    for prompt in 0..<32 {
      let error = abs(best[prompt] - target[prompt])
      // Two pairs do not determine a task in three dimensions.
      #expect(flags[prompt] == 1 ? error < 1e-12 : error > 1e-6)
    }
  }

  @Test func refusals() throws {
    let cases: [([String: String], String)] = [
      (["whitened-tasks": "true"], "needs more prompts than that, as many as run.prompts"),
      (["whitened-tasks": "true", "set-size": "3"], "3 prompts cannot have the covariance of 3"),
      (["centred-inputs": "true"], "centred-inputs needs a set of at least 2 prompts"),
      (["tasks": "5", "in-context-fraction": "0.5"], "neither whitened nor mixed"),
    ]
    for (settings, text) in cases {
      let error = #expect(throws: PluginError.self) {
        _ = try FirstParty.task("ridge", settings.merging(["dimension": "3"]) { $1 })
      }
      #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }
  }
}
