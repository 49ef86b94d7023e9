import ICLEngine
import ICLGraph
import ICLRandom
import Testing

/// A small linear attention with its data, loss and gradients: one graph, as training runs it.
struct AttentionScene {
  var graph = Graph()
  var roots: [NodeID] = []

  init(dimension d: Int = 3, context n: Int = 5) throws {
    let normal = { (stream: String) in
      RandomSource(kind: .normal, scope: .prompt, stream: stream)
    }
    let x = try graph.random(normal("x"), [n + 1, d])
    let w = try graph.random(normal("w"), [d])
    let y = try graph.einsum("nd,d->n", x, w)
    let start = try graph.random(RandomSource(kind: .normal, scope: .run, stream: "M"), [d, d])
    let m = try graph.parameter("M", initial: start)
    let query = try graph.slice(x, axis: 0, n..<(n + 1))
    let context = try graph.slice(x, axis: 0, 0..<n)
    let labels = try graph.slice(y, axis: 0, 0..<n)
    let key = try graph.einsum("ij,qj->qi", m, query)
    let scores = try graph.einsum("qi,ni->qn", key, context)
    let prediction = try graph.einsum("qn,n->q", scores, labels)
    let target = try graph.slice(y, axis: 0, n..<(n + 1))
    let error = graph.unary(.square, try graph.binary(.subtract, prediction, target))
    let loss = try graph.reduce(.sum, error, axes: [0])
    let weight = graph.promptWeight()
    let total = graph.batchSum(try graph.binary(.multiply, loss, weight))
    roots = [total, loss, x] + (try graph.gradients(of: total, for: [m]))
  }

  func run(
    count: Int, threads: Int = 1, first: UInt64 = 0, precision: Precision = .single
  ) throws -> [[Double]] {
    let program = try Program(
      graph, roots: roots, seed: 11,
      configuration: EngineConfiguration(precision: precision, threads: threads))
    try program.run(
      .init(step: 4, firstPrompt: first, count: count, weight: 1 / Double(count)))
    return roots.indices.map(program.values(of:))
  }
}

@Suite struct BatchTests {
  @Test(arguments: [1, 15, 16, 17, 100, 400], Precision.allCases)
  func threadsDoNotChangeABit(_ count: Int, _ precision: Precision) throws {
    let scene = try AttentionScene()
    let one = try scene.run(count: count, precision: precision)
    for threads in [2, 3, 5, 7, 16] {
      #expect(try scene.run(count: count, threads: threads, precision: precision) == one)
    }
  }

  @Test func repeatedRunsOnManyThreadsAgree() throws {
    let scene = try AttentionScene()
    let program = try Program(
      scene.graph, roots: scene.roots, seed: 1, configuration: EngineConfiguration(threads: 3))
    let batch = Program.Batch(step: 0, firstPrompt: 0, count: 200, weight: 0.005)
    try program.run(batch)
    let first = scene.roots.indices.map(program.values(of:))
    for _ in 0..<200 {
      try program.run(batch)
      #expect(scene.roots.indices.map(program.values(of:)) == first)
    }
  }

  /// What fixed prompts decide is kept from step to step, and changes nothing.
  @Test(arguments: [1, 100, 400], [1, 3])
  func fixedPromptsAreComputedOnce(_ count: Int, _ threads: Int) throws {
    let scene = try AttentionScene()
    let expected = try scene.run(count: count)
    let program = try Program(
      scene.graph, roots: scene.roots, seed: 11,
      configuration: EngineConfiguration(threads: threads), batch: count, keeping: .all)
    let batch = Program.Batch(
      step: 4, firstPrompt: 0, count: count, weight: 1 / Double(count))
    for _ in 0..<3 {
      try program.run(batch)
      #expect(scene.roots.indices.map(program.values(of:)) == expected)
    }
    // A new parameter is not a new prompt: the loss follows it.
    program.parameters.set(0, [Double](repeating: 0, count: 9))
    try program.run(batch)
    #expect(program.values(of: 0) != expected[0])
    #expect(program.values(of: 2) == expected[2])
    var other = batch
    other.step = 5
    #expect {
      try program.run(other)
    } throws: { "\($0)" == "the program is for fixed prompts, and these are others" }
  }

  /// A prompt is the same wherever it stands in a batch.
  @Test func promptsDoNotDependOnTheirBatch() throws {
    let scene = try AttentionScene()
    let whole = try scene.run(count: 40)
    let late = try scene.run(count: 13, first: 27)
    #expect(Array(whole[1].suffix(13)) == late[1])
    #expect(Array(whole[2].suffix(13 * 18)) == late[2])
  }

  @Test func lossIsTheMeanOfThePromptsLosses() throws {
    for count in [1, 16, 21] {
      let values = try AttentionScene().run(count: count, precision: .double)
      let mean = values[1].reduce(0, +) / Double(count)
      #expect(abs(values[0][0] - mean) < 1e-12 * abs(mean))
    }
  }

  /// The kernel's numbers are those of the plain generator: uniforms bit for bit, normals to the
  /// error of the vector functions.
  @Test(arguments: [RandomSource.Kind.uniform, .normal], [0, (1 << 33) + 5] as [UInt64])
  func randomNumbersAreThoseOfTheStream(_ kind: RandomSource.Kind, _ first: UInt64) throws {
    var graph = Graph()
    let node = try graph.random(RandomSource(kind: kind, scope: .prompt, stream: "s"), [7, 3])
    let step: UInt64 = (5 << 32) + 9
    for precision in Precision.allCases {
      let program = try Program(
        graph, roots: [node], seed: 42, configuration: EngineConfiguration(precision: precision))
      try program.run(.init(step: step, firstPrompt: first, count: 20, weight: 1))
      let found = program.values(of: 0)
      for prompt in 0..<20 {
        let stream = PromptStream(
          key: StreamKey(seed: 42, stream: "s", scope: .prompt), step: step,
          prompt: first + UInt64(prompt))
        let expected = numbers(stream, kind, precision, 21)
        for (x, y) in zip(found[(prompt * 21)...], expected) {
          let tolerance = kind == .uniform ? 0 : precision == .single ? 2e-6 : 1e-14
          #expect(abs(x - y) <= tolerance * max(1, abs(y)))
        }
      }
    }
  }

  private func numbers(
    _ stream: PromptStream, _ kind: RandomSource.Kind, _ precision: Precision, _ count: Int
  ) -> [Double] {
    var single = [Float](repeating: 0, count: count)
    var double = [Double](repeating: 0, count: count)
    single.withUnsafeMutableBufferPointer {
      kind == .uniform ? stream.uniform(into: $0) : stream.normal(into: $0)
    }
    double.withUnsafeMutableBufferPointer {
      kind == .uniform ? stream.uniform(into: $0) : stream.normal(into: $0)
    }
    return precision == .single ? single.map(Double.init) : double
  }

  @Test func findsTheFirstValueThatIsNotFinite() throws {
    var graph = Graph()
    let x = graph.input("x", [2])
    let scaled = graph.unary(.exp, try graph.binary(.multiply, x, graph.scalar(10)))
    graph.setName("layers.0.scores", for: scaled)
    let log = graph.unary(.log, scaled)
    let program = try Program(
      graph, roots: [log], seed: 0, configuration: EngineConfiguration())
    let bad = Program.Batch(
      step: 0, firstPrompt: 0, count: 2, weight: 1, inputs: ["x": [0, 1, 2, 100]])
    #expect(try program.firstNonFinite(bad)?.name == "layers.0.scores")
    let good = Program.Batch(
      step: 0, firstPrompt: 0, count: 1, weight: 1, inputs: ["x": [0, 1]])
    #expect(try program.firstNonFinite(good) == nil)
  }

  @Test func missingInputsAreNamed() throws {
    var graph = Graph()
    let x = graph.input("x", [2])
    let program = try Program(graph, roots: [x], seed: 0, configuration: EngineConfiguration())
    #expect {
      try program.run(.init(step: 0, firstPrompt: 0, count: 3, weight: 1, inputs: ["x": [1]]))
    } throws: { "\($0)" == "the input x has 1 values, expected 6" }
    #expect {
      try program.run(.init(step: 0, firstPrompt: 0, count: 3, weight: 1))
    } throws: { "\($0)" == "the input x is missing: expected 6 values" }
  }

  @Test func customOperationsRunInBothPrecisionsWithTheirGradient() throws {
    let cube = CustomOperation(
      name: "cube", shape: [2],
      forward: { count, inputs, output in
        for i in 0..<(2 * count) { output[i] = inputs[0][i] * inputs[0][i] * inputs[0][i] }
      },
      pullback: { count, inputs, _, gradient, results in
        for i in 0..<(2 * count) { results[0][i] = 3 * inputs[0][i] * inputs[0][i] * gradient[i] }
      })
    var graph = Graph()
    let x = graph.input("x", [2])
    let y = graph.custom(cube, [x])
    let total = graph.batchSum(try graph.reduce(.sum, y, axes: [0]))
    let gradient = try graph.gradients(of: total, for: [x])[0]
    for precision in Precision.allCases {
      let program = try Program(
        graph, roots: [y, gradient], seed: 0,
        configuration: EngineConfiguration(precision: precision))
      try program.run(
        .init(step: 0, firstPrompt: 0, count: 2, weight: 1, inputs: ["x": [1, 2, 3, -1]]))
      #expect(program.values(of: 0) == [1, 8, 27, -1])
      #expect(program.values(of: 1) == [3, 12, 27, 3])
    }
  }
}
