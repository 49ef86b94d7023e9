import ICLEngine
import ICLGraph
import ICLPlugins
import Testing

/// Random numbers that show what they were asked for.
private struct CountedStreams: RandomStreams {
  func uniform(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>
  ) {
    for index in values.indices {
      values[index] = Self.value(seed, stream, step, prompt, index) / 1e6
    }
  }

  func normal(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>
  ) {
    for index in values.indices { values[index] = Self.value(seed, stream, step, prompt, index) }
  }

  static func value(
    _ seed: UInt64, _ stream: String, _ step: UInt64, _ prompt: UInt64, _ index: Int
  ) -> Double {
    Double(seed * 100_000 + step * 10_000 + prompt * 100) + Double(index)
      + (stream == "w" ? 0.5 : 0)
  }
}

@Suite struct TaskTests {
  private let components: Components
  init() throws { components = try Components() }

  private func task(_ id: String, _ settings: [String: String] = [:]) throws -> TaskInstance {
    try components.component(id).makeTask(settings)
  }

  @Test func itsSignatureIsRead() throws {
    let signature = try task("declared", ["context-length": "5"]).signature
    #expect(
      signature
        == Signature(
          scoring: .query, contextLength: 5, inputDimension: 2, outputDimension: 1, positions: 1,
          tensors: [
            .init(name: "x", role: .input, shape: [6, 2]),
            .init(name: "y", role: .input, shape: [5, 1]),
            .init(name: "target", role: .target, shape: [1, 1]),
            .init(name: "w", role: .latent, shape: [2]),
          ], properties: ["noise-variance": 0]))
  }

  static let wrongSignatures = [
    ("no-target", "exactly one tensor has the role of target, and it is named 'target'."),
    ("bad-shape", "'y' has shape [4, 1], expected [3, 1]."),
    ("twice", "two tensors are named 'x'."),
    ("bad-positions", "it has 4 positions; scored at the query, it needs 1."),
  ]

  @Test(arguments: wrongSignatures)
  func aWrongSignatureIsRefused(_ what: String, _ message: String) throws {
    let error = try #require(refusal { _ = try task("declared", ["what": what]) })
    #expect(error.code == .badSignature)
    #expect(error.message == "the signature of task 'declared': " + message)
  }

  @Test func declaredPromptsLossAndOracle() throws {
    let task = try task("declared")
    #expect(task.declares && task.hasOracle)
    var graph = Graph()
    let nodes = try task.declare(in: &graph)
    #expect(Set(nodes.keys) == ["x", "y", "target", "w"])
    #expect(graph.names["task.true weights"] == nodes["w"])
    let scope = PromptScope(nodes)
    let oracle = try #require(try task.oracle(in: &graph, scope: scope))
    let zero = try graph.broadcast(graph.scalar(0), to: [1, 1])
    let loss = try task.loss(in: &graph, predictions: zero, scope: scope)
    let perfect = try task.loss(in: &graph, predictions: oracle, scope: scope)
    let got = try ReferenceInterpreter().evaluate(
      graph, roots: [nodes["x"]!, nodes["w"]!, loss, perfect], prompts: 3,
      random: { source, shape, prompt in
        Prompt.numbers(shape.count, UInt64(prompt * 2 + (source.stream == "x" ? 1 : 2)))
      })
    for prompt in 0..<3 {
      let x = got[0][(prompt * 4 + 3) * 2..<(prompt * 4 + 4) * 2]
      let w = got[1][prompt * 2..<prompt * 2 + 2]
      let target = zip(x, w).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(got[2][prompt] - abs(target)) < 1e-14)
      #expect(got[3][prompt] == 0)
    }
  }

  @Test func wrongTasksAreRefused() throws {
    var graph = Graph()
    let missing = try #require(
      refusal { _ = try task("declared", ["what": "missing"]).declare(in: &graph) })
    #expect(
      missing.message
        == "task 'declared': declare did not put out 'target', which its signature has.")
    let failed = try #require(
      refusal { _ = try task("declared", ["what": "fails"]).declare(in: &graph) })
    #expect(failed.message == "task 'declared': declare failed: no such covariance.")
    let bad = try task("declared", ["what": "bad-loss"])
    #expect(graph.nodes.isEmpty)
    let scope = PromptScope(try bad.declare(in: &graph))
    let zero = try graph.broadcast(graph.scalar(0), to: [1, 1])
    let loss = try #require(
      refusal { _ = try bad.loss(in: &graph, predictions: zero, scope: scope) })
    #expect(
      loss.message
        == "task 'declared': loss returned shape [1, 1], expected [1], one value a position.")
    let oracle = try #require(refusal { _ = try bad.oracle(in: &graph, scope: scope) })
    #expect(oracle.code == .notReadable)
    #expect(oracle.message.contains("may not read 'target'"))
    #expect(
      refusal {
        _ = try bad.sample(seed: 0, step: 0, first: 0, count: 1, random: CountedStreams())
      }?
      .code == .notOffered)
  }

  @Test func samplesAreDrawnByNameStepAndPrompt() throws {
    let task = try task("sampled")
    #expect(!task.declares && !task.hasOracle)
    let got = try task.sample(seed: 3, step: 2, first: 7, count: 2, random: CountedStreams())
    #expect(Set(got.keys) == ["x", "y", "target", "w"])
    for prompt in 0..<2 {
      let x = (0..<8).map { CountedStreams.value(3, "x", 2, UInt64(7 + prompt), $0) }
      let w = (0..<2).map { CountedStreams.value(3, "w", 2, UInt64(7 + prompt), $0) / 1e6 }
      #expect(Array(got["x"]![prompt * 8..<prompt * 8 + 8]) == x)
      #expect(Array(got["w"]![prompt * 2..<prompt * 2 + 2]) == w)
      let target = x[6] * w[0] + x[7] * w[1]
      #expect(abs(got["target"]![prompt] - target) < 1e-9 * abs(target))
    }
  }

  @Test func aStreamWithoutANameIsRefused() throws {
    let task = try task("sampled", ["what": "bad-stream"])
    let error = try #require(
      refusal {
        _ = try task.sample(seed: 0, step: 0, first: 0, count: 1, random: CountedStreams())
      })
    #expect(
      error.message == "task 'sampled': sample: a stream's name is NULL, empty or not UTF-8.")
  }

  /// Without a loss of its own: squared error, summed over outputs.
  @Test func theLossIsTheSquaredError() throws {
    let task = try task("sampled")
    var graph = Graph()
    let scope = Prompt.scope(task.signature, in: &graph)
    let two = try graph.broadcast(graph.scalar(2), to: [1, 1])
    let loss = try task.loss(in: &graph, predictions: two, scope: scope)
    #expect(graph.shape(of: loss) == [1])
    let got = try ReferenceInterpreter().evaluate(
      graph, roots: [loss], prompts: 2, inputs: ["target": [0.5, -1]])
    #expect(got[0] == [2.25, 9])
    #expect(try task.oracle(in: &graph, scope: scope) == nil)
  }
}
